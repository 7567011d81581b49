package puna.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.error.SavedStateException;
import puna.saved.BlockFileWriter.Form;

/// Files of blocks, some of which lack the near layers.
class NearBlockFileTest {
  private static final int WIDTH = 4;
  private static final Fingerprint MODEL = Fingerprint.ofName("a model");

  @TempDir private Path folder;

  private static KvShape shape(Integer... near) {
    return new KvShape(3, 2, 32, 9, WIDTH, KvType.F16)
        .with(new NearLayers(Set.of(near), new Visibility.Chunked(8), 4));
  }

  private static int[] tokens(int block) {
    return new int[] {block, 7, 128_000, 3};
  }

  private static byte[] numbers(int block, long size) {
    byte[] bytes = new byte[(int) size];
    ByteBuffer target = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Random random = TestSeed.random(block);
    while (target.hasRemaining()) {
      target.putShort(Float.floatToFloat16((float) random.nextGaussian()));
    }
    return bytes;
  }

  /// Blocks 0, 1 and 3 lack near layers; each follows the one before.
  private Path write(KvShape shape, Form form) throws Exception {
    Path file = folder.resolve("blocks-" + form);
    AtomicFile.write(
        file,
        target -> {
          BlockFileWriter.Subject subject = new BlockFileWriter.Subject(MODEL, shape, new byte[3]);
          try (BlockFileWriter writer = new BlockFileWriter(target, subject, form)) {
            for (int block = 0; block < 5; block++) {
              MemorySegment place = lacksNear(block) ? writer.farBlock() : writer.block();
              place.copyFrom(MemorySegment.ofArray(numbers(block, place.byteSize())));
              if (lacksNear(block)) {
                writer.addFar(block - 1, tokens(block));
              } else {
                writer.add(block - 1, tokens(block));
              }
            }
            writer.finish();
          }
        });
    return file;
  }

  private static boolean lacksNear(int block) {
    return block < 2 || block == 3;
  }

  private static List<byte[]> read(Path file, KvShape shape) {
    List<byte[]> blocks = new ArrayList<>();
    try (BlockFileReader reader = BlockFileReader.open(file, MODEL, shape)) {
      assertThat(reader.messages()).hasSize(3);
      while (reader.remaining() > 0) {
        BlockFileReader.Entry entry = reader.next();
        assertThat(entry.parent()).isEqualTo(blocks.size() - 1);
        assertThat(entry.tokens()).isEqualTo(tokens(blocks.size()));
        blocks.add(entry.block().toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return blocks;
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    for (KvShape shape : List.of(shape(0, 2), shape(1), shape(0, 1, 2))) {
      Path file = write(shape, Form.AS_CACHED);
      List<byte[]> blocks = read(file, shape);
      for (int block = 0; block < 5; block++) {
        long size = lacksNear(block) ? shape.farBytesPerBlock() : shape.bytesPerBlock();
        assertThat(blocks.get(block)).isEqualTo(numbers(block, size));
      }
      assertThat(Files.size(file))
          .isEqualTo(
              128
                  + 3
                  + 5 * (8 + 4 * WIDTH)
                  + 2 * shape.bytesPerBlock()
                  + 3 * shape.farBytesPerBlock());
    }
  }

  @Test
  void floatsInEightBitsComeBackNearly() throws Exception {
    KvShape shape = shape(0, 2);
    List<byte[]> blocks = read(write(shape, Form.Q8_0), shape);
    for (int block = 0; block < 5; block++) {
      long size = lacksNear(block) ? shape.farBytesPerBlock() : shape.bytesPerBlock();
      ByteBuffer expected = ByteBuffer.wrap(numbers(block, size)).order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer found = ByteBuffer.wrap(blocks.get(block)).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(found.remaining()).isEqualTo(expected.remaining());
      while (expected.hasRemaining()) {
        float difference =
            Float.float16ToFloat(expected.getShort()) - Float.float16ToFloat(found.getShort());
        assertThat(Math.abs(difference)).isLessThan(0.05f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void refusesEveryDamagedByteByPlace(Form form) throws Exception {
    KvShape shape = shape(0, 2);
    Path file = write(shape, form);
    byte[] right = Files.readAllBytes(file);
    for (int at = 0; at < right.length; at += at < 160 ? 1 : 61) {
      for (int bit : new int[] {0x10, 0x80}) {
        byte[] wrong = right.clone();
        wrong[at] ^= (byte) bit;
        Files.write(file, wrong);
        assertThatExceptionOfType(SavedStateException.class)
            .as("byte %d", at)
            .isThrownBy(() -> read(file, shape))
            .withMessageStartingWith(file + ": ");
      }
    }
    for (int size = 0; size < right.length + 300; size += 101) {
      Files.write(file, Arrays.copyOf(right, size));
      assertThatExceptionOfType(SavedStateException.class).isThrownBy(() -> read(file, shape));
    }
  }

  @Test
  void refusesOtherLayers() throws Exception {
    Path file = write(shape(0, 2), Form.AS_CACHED);
    assertThatExceptionOfType(SavedStateException.class)
        .isThrownBy(() -> read(file, shape(1)))
        .withMessageContaining(
            "byte 100: entries that lack near layers must have the other 2, found 1");
    for (int[] fewer : new int[][] {{0, 1}, {-1, 1}, {6, 1}, {3, 3}, {3, -1}}) {
      byte[] bytes = Files.readAllBytes(file);
      BlockForm form = BlockForm.of(shape(0, 2));
      ByteBuffer header =
          new BlockFileHeader(
                  MODEL, form, form, 5, new BlockFileHeader.Fewer(fewer[0], fewer[1]), 0, 3)
              .encoded()
              .order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(8, 2);
      header.putInt(124, BlockFileHeader.sum(header.duplicate().position(0).limit(124)));
      header.clear().get(bytes, 0, 128);
      Path wrong = Files.write(folder.resolve("wrong"), bytes);
      assertThatExceptionOfType(SavedStateException.class)
          .as("%s", Arrays.toString(fewer))
          .isThrownBy(() -> read(wrong, shape(0, 2)));
    }
  }
}
