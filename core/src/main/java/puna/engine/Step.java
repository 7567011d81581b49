package puna.engine;

import java.util.List;
import puna.backend.Batch;

/// What the next step computes: a batch, and whose tokens they are.
///
/// @param parts in the order of the batch's runs
record Step(List<Part> parts, Batch batch) {

  /// `count` tokens of one sequence from its first uncomputed position.
  ///
  /// @param outputs how many of the last of them have their logits read
  record Part(Sequence sequence, int count, int outputs) {}

  static Step of(List<Part> parts) {
    Batch batch = new Batch(parts.size());
    for (Part part : parts) {
      Sequence sequence = part.sequence;
      int first = sequence.computed();
      batch.addRun(first, sequence.blocks());
      for (int i = 0; i < part.count; i++) {
        batch.addToken(sequence.token(first + i));
        if (i >= part.count - part.outputs) {
          batch.addOutput();
        }
      }
    }
    return new Step(List.copyOf(parts), batch);
  }
}
