package puna.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;

/// Two decoders of one model: one keeps the keys and values of all positions, the other gives those
/// back that its near layers do not read again.
final class NearTwins {
  private static final int BLOCK = 16;
  private static final int BLOCKS = 20;
  private static final int BATCH = 64;
  private static final int[] STEPS = {40, 1, 1, 23, 64, 1, 30, 1, 63, 2, 17, 1, 60};

  private NearTwins() {}

  /// @throws AssertionError when a logit differs in a bit
  static void check(LlamaModel model, KvType type) {
    KvShape all = model.kvShape(BLOCKS, BLOCK, type);
    NearLayers near = model.nearLayers().orElseThrow();
    try (Decoder whole = model.decoder(all, BATCH, BATCH);
        Decoder last = model.decoder(all.with(near.withBlocks(BLOCKS)), BATCH, BATCH)) {
      int[] tokens =
          TestSeed.random(1).ints(BLOCKS * BLOCK, 1, model.config().vocabulary()).toArray();
      int[] blocks = IntStream.range(0, BLOCKS).map(i -> i * 7 % BLOCKS).toArray();
      int from = 0;
      int dropped = 0;
      for (int count : STEPS) {
        int[] step = Arrays.copyOfRange(tokens, from, from + count);
        whole.forward(Batches.all(step, from, blocks));
        last.forward(Batches.all(step, from, blocks));
        for (int output = 0; output < count; output++) {
          assertThat(logits(last, output))
              .as("position %s", from + output)
              .containsExactly(logits(whole, output));
        }
        from += count;
        for (; dropped < near.firstRead(from) / BLOCK; dropped++) {
          last.dropNear(blocks[dropped]);
        }
      }
      assertThat(dropped).isGreaterThanOrEqualTo(12);
    }
  }

  private static float[] logits(Decoder decoder, int output) {
    float[] row = new float[decoder.config().vocabulary()];
    decoder.readLogits(output, row);
    return row;
  }
}
