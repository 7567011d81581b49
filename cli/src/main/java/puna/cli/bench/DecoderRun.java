package puna.cli.bench;

import java.util.stream.IntStream;
import puna.backend.Batch;
import puna.model.Decoder;

/// Sequences on a decoder, fed with tokens that mean nothing: time does not depend on them.
final class DecoderRun {
  private static final int TOKEN_STEP = 7919;

  private final Decoder decoder;
  private final float[] logits;
  private final int[][] blocks; // by sequence
  private final Batch batch = new Batch(1);
  private int position;

  private enum Logits {
    WANTED,
    NOT_WANTED
  }

  /// @param sequences that share the decoder's blocks
  DecoderRun(Decoder decoder, int sequences) {
    this.decoder = decoder;
    this.logits = new float[decoder.config().vocabulary()];
    int each = decoder.kvShape().blocks() / sequences;
    this.blocks =
        IntStream.range(0, sequences)
            .mapToObj(sequence -> IntStream.range(sequence * each, (sequence + 1) * each).toArray())
            .toArray(int[][]::new);
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

  /// Nanoseconds to generate `length` tokens in each of `sequences` sequences, side by side.
  long timeBatch(int sequences, int length) {
    int vocabulary = decoder.config().vocabulary();
    long start = System.nanoTime();
    for (int at = 0; at < length; at++) {
      batch.clear();
      for (int sequence = 0; sequence < sequences; sequence++) {
        batch.addRun(at, blocks[sequence]);
        batch.addToken((int) ((at + sequence + 1L) * TOKEN_STEP % vocabulary));
        batch.addOutput();
      }
      decoder.forward(batch);
      for (int sequence = 0; sequence < sequences; sequence++) {
        decoder.readLogits(sequence, logits);
      }
    }
    return System.nanoTime() - start;
  }

  /// Reads `length` tokens from position `first` on, and the logits after the last.
  void prefill(int first, int length) {
    int end = first + length;
    for (int start = first; start < end; start += decoder.maxBatch()) {
      int count = Math.min(decoder.maxBatch(), end - start);
      step(start, count, start + count == end ? Logits.WANTED : Logits.NOT_WANTED);
    }
    decoder.readLogits(0, logits);
    position = end;
  }

  /// Generates one token.
  void next() {
    step(position, 1, Logits.WANTED);
    decoder.readLogits(0, logits);
    position++;
  }

  private void step(int start, int count, Logits last) {
    int vocabulary = decoder.config().vocabulary();
    batch.clear();
    batch.addRun(start, blocks[0]);
    for (int at = start; at < start + count; at++) {
      batch.addToken((int) ((at + 1L) * TOKEN_STEP % vocabulary));
    }
    if (last == Logits.WANTED) {
      batch.addOutput();
    }
    decoder.forward(batch);
  }
}
