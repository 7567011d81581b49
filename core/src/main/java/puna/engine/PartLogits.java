package puna.engine;

import puna.model.Decoder;
import puna.sample.chain.Candidates;

/// The logits, or states, of one sequence's part of a step, for the thread that it was made for.
final class PartLogits {
  private final Decoder decoder;
  private final Candidates candidates;
  private final float[] state;
  private int firstPosition;
  private int firstOutput;
  private int count;

  PartLogits(Decoder decoder) {
    this.decoder = decoder;
    this.candidates = new Candidates(decoder.config().vocabulary());
    this.state = new float[decoder.config().width()];
  }

  void assign(Step.Part part) {
    firstPosition = part.firstPosition() + part.count() - part.outputs();
    firstOutput = part.firstOutput();
    count = part.outputs();
  }

  /// How many positions have logits, or states.
  int count() {
    return count;
  }

  /// The position, in the sequence, of the first that has.
  int firstPosition() {
    return firstPosition;
  }

  /// The logits after position `firstPosition() + index`; valid until the next call.
  Candidates read(int index) {
    candidates.clear();
    decoder.readLogits(firstOutput + index, candidates.logits());
    return candidates;
  }

  /// The final hidden state of position `firstPosition() + index`; valid until the next call.
  float[] readState(int index) {
    decoder.readState(firstOutput + index, state);
    return state;
  }
}
