package puna.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import puna.backend.ParallelWork;
import puna.model.Decoder;

/// All that lies between the logits of a step and its tokens: masks, samplers and log-probabilities
/// of its sequences, each by itself, on the threads that compute.
final class ParallelDraws {
  private final Decoder decoder;
  private final @Nullable PartLogits[] logits; // by worker, made when it first draws
  private final ParallelWork draw = this::draw; // made once, so that steps allocate nothing
  private @Nullable Step step;

  ParallelDraws(Decoder decoder) {
    this.decoder = decoder;
    this.logits = new PartLogits[decoder.workers()];
  }

  /// Draws for all parts of a step; what goes wrong in one is kept with it.
  void draw(Step computed) {
    step = computed;
    if (computed.size() == 1) {
      draw(0, 0);
    } else {
      decoder.forEach(computed.size(), draw);
    }
  }

  /// The logits of a part, for the engine's own thread.
  PartLogits logits(Step.Part part) {
    PartLogits mine = ofWorker(0);
    mine.assign(part);
    return mine;
  }

  private void draw(int item, int worker) {
    Step.Part part = Objects.requireNonNull(step).part(item);
    try {
      PartLogits mine = ofWorker(worker);
      mine.assign(part);
      part.sequence().task().draw(mine, part.sequence());
    } catch (Throwable e) { // bad logits or a wrong mask: the other sequences are not concerned
      part.fail(e);
    }
  }

  private PartLogits ofWorker(int worker) {
    PartLogits known = logits[worker];
    if (known == null) {
      known = new PartLogits(decoder);
      logits[worker] = known;
    }
    return known;
  }
}
