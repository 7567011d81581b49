package puna.cli;

import java.util.List;
import java.util.stream.IntStream;
import puna.backend.Batch;
import puna.model.Decoder;

/// One sequence on a decoder, fed with tokens that mean nothing: time does not depend on them.
final class DecoderRun {
  private static final int TOKEN_STEP = 7919;

  private final Decoder decoder;
  private final float[] logits;
  private final int[] blocks;
  private int position;

  DecoderRun(Decoder decoder) {
    this.decoder = decoder;
    this.logits = new float[decoder.config().vocabulary()];
    this.blocks = IntStream.range(0, decoder.kvShape().blocks()).toArray();
  }

  /// Nanoseconds to read a prompt of `length` tokens and the logits after it.
  long timePrefill(int length) {
    long start = System.nanoTime();
    prefill(0, length);
    return System.nanoTime() - start;
  }

  /// Nanoseconds to generate `length` tokens one by one behind `depth` tokens.
  long timeDecode(int depth, int length) {
    position = 0;
    if (depth > 0) {
      prefill(0, depth);
    }
    long start = System.nanoTime();
    for (int i = 0; i < length; i++) {
      next();
    }
    return System.nanoTime() - start;
  }

  /// Reads `length` tokens from position `first` on, and the logits after the last.
  void prefill(int first, int length) {
    int end = first + length;
    for (int start = first; start < end; start += decoder.maxBatch()) {
      int count = Math.min(decoder.maxBatch(), end - start);
      step(start, count, start + count == end ? new int[] {count - 1} : new int[0]);
    }
    decoder.readLogits(0, logits);
    position = end;
  }

  /// Generates one token.
  void next() {
    step(position, 1, new int[] {0});
    decoder.readLogits(0, logits);
    position++;
  }

  private void step(int start, int count, int[] outputs) {
    int vocabulary = decoder.config().vocabulary();
    int[] positions = IntStream.range(start, start + count).toArray();
    int[] tokens =
        IntStream.of(positions).map(at -> (int) ((at + 1L) * TOKEN_STEP % vocabulary)).toArray();
    decoder.forward(
        new Batch(tokens, positions, List.of(new Batch.Run(0, count, start, blocks)), outputs));
  }
}
