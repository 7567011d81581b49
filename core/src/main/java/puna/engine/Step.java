package puna.engine;

import java.util.ArrayList;
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
    int size = 0;
    int outputCount = 0;
    for (Part part : parts) {
      size += part.count;
      outputCount += part.outputs;
    }
    int[] tokens = new int[size];
    int[] positions = new int[size];
    int[] outputs = new int[outputCount];
    List<Batch.Run> runs = new ArrayList<>(parts.size());
    int at = 0;
    int output = 0;
    for (Part part : parts) {
      Sequence sequence = part.sequence;
      int first = sequence.computed();
      runs.add(new Batch.Run(at, part.count, first, sequence.blocks()));
      for (int i = 0; i < part.count; i++, at++) {
        tokens[at] = sequence.token(first + i);
        positions[at] = first + i;
        if (i >= part.count - part.outputs) {
          outputs[output++] = at;
        }
      }
    }
    return new Step(List.copyOf(parts), new Batch(tokens, positions, List.copyOf(runs), outputs));
  }
}
