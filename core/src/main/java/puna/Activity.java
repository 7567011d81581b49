package puna;

import java.time.Duration;
import puna.engine.Engine;
import puna.engine.Gauge;

/// What an open model has to do at one moment.
///
/// @param waiting requests that wait for a place in the batch
/// @param waitingTokens of their prompts
/// @param running requests that share each step
/// @param runningTokens that these may come to, prompts and answers together
/// @param cacheTokensUsed positions of the KV cache that running requests hold
/// @param cacheTokensKept positions that hold known beginnings for later prompts
/// @param cacheTokensOverflowed positions beside the KV cache, with known beginnings for which it
///   had no room any more ([LlamaOptions#withOverflowBytes])
/// @param cacheTokens positions of the KV cache
/// @param step how long the last step took: the time between two tokens of an answer
/// @param promptBudget tokens of prompts that the last step might read
/// @param timesPutBack how often a request lost its place to another, and went on later
/// @param steps that there were since the model was opened
public record Activity(
    int waiting,
    long waitingTokens,
    int running,
    long runningTokens,
    long cacheTokensUsed,
    long cacheTokensKept,
    long cacheTokensOverflowed,
    long cacheTokens,
    Duration step,
    int promptBudget,
    long timesPutBack,
    long steps) {
  static Activity of(Engine engine) {
    Gauge gauge = engine.gauge();
    long positions = engine.blockPositions();
    return new Activity(
        gauge.waiting(),
        gauge.waitingTokens(),
        gauge.running(),
        gauge.runningTokens(),
        positions * gauge.blocksHeld(),
        positions * gauge.blocksReusable(),
        positions * gauge.blocksOverflowed(),
        positions * engine.blocks(),
        Duration.ofNanos(gauge.stepNanos()),
        gauge.promptBudget(),
        gauge.timesPutBack(),
        gauge.steps());
  }
}
