package puna.engine;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import puna.events.Recorder;
import puna.model.Decoder;

/// Computes steps: forward → draw → tell; and learns from how long they take. What goes wrong in
/// one request fails that request; a step that fails, fails the requests it was computed for. The
/// engine's thread owns it.
final class StepRunner {
  private final Decoder decoder;
  private final Scheduler scheduler;
  private final Learners learners;
  private final Recorder recorder;
  private final ParallelDraws draws;
  private final BooleanSupplier stepIsWanted;
  private boolean left; // the step, before it was computed

  /// Those that go by how long steps take.
  ///
  /// @param clock by which they do, in nanoseconds
  record Learners(
      StepBudget budget, Speculator speculator, CopyCosts copyCosts, LongSupplier clock) {
    void took(long nanos, int generating, int reading) {
      budget.took(nanos, generating, reading);
      if (generating == 0) {
        copyCosts.computed(nanos, reading);
      }
      speculator.took(nanos, generating + reading);
    }
  }

  /// @param isOpen false once the engine is closing
  StepRunner(
      Decoder decoder,
      Scheduler scheduler,
      Learners learners,
      Recorder recorder,
      BooleanSupplier isOpen) {
    this.decoder = decoder;
    this.scheduler = scheduler;
    this.learners = learners;
    this.recorder = recorder;
    this.draws = new ParallelDraws(decoder);
    Step planned = scheduler.step();
    this.stepIsWanted = () -> isOpen.getAsBoolean() && planned.isWanted();
  }

  /// @param start when the work on the step began, as the learners' clock counts
  void run(Step step, long start) {
    recorder.stepBegins();
    left = false;
    int generating = step.decodeTokens();
    int reading = step.batch().size() - generating;
    int allowed = learners.budget().tokens(generating);
    Throwable failure = forward(step);
    recorder.stepEnds(step.size(), reading, generating);
    if (failure != null) {
      for (int i = 0; i < step.size(); i++) {
        Sequence sequence = step.part(i).sequence();
        scheduler.remove(sequence);
        Dismissals.fail(sequence, failure);
      }
      return;
    }
    if (left) {
      return; // those that have ended go, the others are computed again without them
    }
    scheduler.completed(step);
    recorder.drawBegins();
    draws.draw(step);
    recorder.drawEnds(step.size());
    for (int i = 0; i < step.size(); i++) {
      tell(step.part(i));
    }
    long nanos = learners.clock().getAsLong() - start;
    learners.took(nanos, generating, reading);
    scheduler.gauge().step(nanos, allowed);
  }

  // An engine must outlive whatever a step throws: this is one of the few places that catch all.
  private @Nullable Throwable forward(Step step) {
    try {
      left = !decoder.forward(step.batch(), stepIsWanted);
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /// Lets a task tell of what it drew, and lets it go when it is done.
  private void tell(Step.Part part) {
    Sequence sequence = part.sequence();
    Throwable failure = part.failure();
    if (failure != null) {
      scheduler.remove(sequence);
      Dismissals.fail(sequence, failure);
      return;
    }
    try {
      boolean goesOn = part.outputs() == 0 || sequence.task().tell(draws.logits(part), sequence);
      scheduler.told(part);
      if (part.outputs() == 0) {
        sequence.task().read(sequence);
      }
      if (!goesOn || sequence.pending() == 0) {
        scheduler.remove(sequence);
        sequence.task().done();
      }
    } catch (Throwable e) {
      // a listener's mistake: the other requests are not concerned
      scheduler.remove(sequence);
      Dismissals.fail(sequence, e);
    }
  }
}
