package puna.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.error.SavedStateException;
import puna.saved.BlockFileWriter.Form;

/// Files of blocks: what is written is read, and what is broken is refused by place.
class BlockFileTest {
  private static final long SEED = TestSeed.of(28_000);
  private static final int WIDTH = 4;
  private static final int BLOCKS = 3;
  private static final int HEADER = 128;
  private static final Fingerprint MODEL = Fingerprint.ofName("a model");
  private static final byte[] MESSAGES = "[{\"é\":1}]".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private static KvShape shape(KvType type) {
    return new KvShape(2, 3, 32, 9, WIDTH, type);
  }

  private static int[] tokens(int block) {
    return new int[] {block, 7, 128_000, 3};
  }

  /// Keys and values that a float of 16 bits holds.
  private static byte[] numbers(int block, KvShape shape) {
    Random random = new Random(SEED + block);
    byte[] bytes = new byte[(int) shape.bytesPerBlock()];
    if (shape.keyType().isInBlocks()) {
      random.nextBytes(bytes);
      return bytes;
    }
    ByteBuffer target = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (target.hasRemaining()) {
      short half = Float.floatToFloat16((float) random.nextGaussian());
      if (shape.keyType() == KvType.F32) {
        target.putFloat(Float.float16ToFloat(half));
      } else {
        target.putShort(half);
      }
    }
    return bytes;
  }

  /// A first block, and two that follow it.
  private Path write(KvShape shape, Form form) throws Exception {
    Path file = folder.resolve("blocks-" + shape.keyType() + form);
    AtomicFile.write(
        file,
        target -> {
          try (BlockFileWriter writer =
              new BlockFileWriter(
                  target, new BlockFileWriter.Subject(MODEL, shape, MESSAGES), form)) {
            for (int block = 0; block < BLOCKS; block++) {
              MemorySegment.copy(
                  numbers(block, shape),
                  0,
                  writer.block(),
                  ValueLayout.JAVA_BYTE,
                  0,
                  (int) shape.bytesPerBlock());
              writer.add(block == 0 ? -1 : 0, tokens(block));
            }
            writer.finish();
          }
        });
    return file;
  }

  private static List<byte[]> read(Path file, KvShape shape) {
    List<byte[]> blocks = new ArrayList<>();
    try (BlockFileReader reader = BlockFileReader.open(file, MODEL, shape)) {
      assertThat(reader.messages()).isEqualTo(MESSAGES);
      while (reader.remaining() > 0) {
        BlockFileReader.Entry entry = reader.next();
        assertThat(entry.parent()).isEqualTo(blocks.isEmpty() ? -1 : 0);
        assertThat(entry.tokens()).isEqualTo(tokens(blocks.size()));
        blocks.add(entry.block().toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return blocks;
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void whatIsWrittenIsReadToTheLastBit(KvType type) throws Exception {
    KvShape shape = shape(type);
    List<byte[]> blocks = read(write(shape, Form.AS_CACHED), shape);
    assertThat(blocks).hasSize(BLOCKS);
    for (int block = 0; block < BLOCKS; block++) {
      assertThat(blocks.get(block)).isEqualTo(numbers(block, shape));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KvType.class,
      names = {"F16", "F32"})
  void eightBitsAreSmallerAndNearlyTheSame(KvType type) throws Exception {
    KvShape shape = shape(type);
    Path exact = write(shape, Form.AS_CACHED);
    Path small = write(shape, Form.Q8_0);
    assertThat(Files.size(small)).isLessThan(Files.size(exact) * 6 / 10);
    List<byte[]> blocks = read(small, shape);
    for (int block = 0; block < BLOCKS; block++) {
      float[] found = floats(blocks.get(block), type);
      float[] expected = floats(numbers(block, shape), type);
      for (int from = 0; from < found.length; from += KvType.BLOCK) {
        float peak = 0;
        for (int i = from; i < from + KvType.BLOCK; i++) {
          peak = Math.max(peak, Math.abs(expected[i]));
        }
        for (int i = from; i < from + KvType.BLOCK; i++) {
          // half a step of the scale, and the rounding of the scale and of the number
          assertThat(Math.abs(found[i] - expected[i])).isLessThan(peak * (0.5f / 127 + 2e-3f));
        }
      }
    }
  }

  private static float[] floats(byte[] bytes, KvType type) {
    ByteBuffer source = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.length / (int) type.bytes(1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = type == KvType.F32 ? source.getFloat() : Float.float16ToFloat(source.getShort());
    }
    return values;
  }

  @Test
  void cachesInBlocksStayAsTheyAre() throws Exception {
    KvShape shape = shape(KvType.Q4_0);
    Path asked = write(shape, Form.Q8_0);
    assertThat(read(asked, shape).getFirst()).isEqualTo(numbers(0, shape));
  }

  @Test
  void headsThatAreNoWholeBlocksAreNotQuantised() {
    KvShape odd = new KvShape(1, 1, 48, 9, WIDTH, KvType.F16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BlockFileWriter.requireForm(odd, Form.Q8_0))
        .withMessage("q8_0 needs heads of whole blocks of 32 numbers, this model's have 48");
  }

  @Test
  void refusesAnotherModelsFileAndAnotherCaches() throws Exception {
    Path file = write(shape(KvType.F16), Form.AS_CACHED);
    refuses(file, Fingerprint.ofName("another"), shape(KvType.F16), "belongs to another model");
    refuses(file, MODEL, shape(KvType.F32), "belongs to another KV cache: it must be");
    KvShape wider = new KvShape(2, 3, 32, 9, 2 * WIDTH, KvType.F16);
    refuses(file, MODEL, wider, "blockPositions=8");
    refuses(folder, MODEL, wider, "must be a file, found a folder");
    refuses(folder.resolve("none"), MODEL, wider, "none: there is no such file");
  }

  @Test
  void refusesEveryDamagedByteByPlace() throws Exception {
    KvShape shape = shape(KvType.Q4_0);
    Path file = write(shape, Form.AS_CACHED);
    byte[] right = Files.readAllBytes(file);
    for (int at = 0; at < right.length; at += at < 300 ? 1 : 97) {
      byte[] wrong = right.clone();
      wrong[at] ^= 0x10;
      Files.write(file, wrong);
      assertThatExceptionOfType(SavedStateException.class)
          .as("byte %d", at)
          .isThrownBy(() -> read(file, shape))
          .withMessageStartingWith(file + ": ")
          .withMessageContaining("found");
    }
  }

  @Test
  void refusesEveryOtherLength() throws Exception {
    KvShape shape = shape(KvType.Q4_0);
    Path file = write(shape, Form.AS_CACHED);
    byte[] right = Files.readAllBytes(file);
    for (int size = 0; size < right.length + 300; size += size < 200 ? 1 : 101) {
      Files.write(file, Arrays.copyOf(right, size));
      refuses(file, MODEL, shape, size < HEADER ? "must have a header of 128" : "must have 128");
    }
  }

  @Test
  void believesNoLengthThatTheFileDoesNotHave() throws Exception {
    KvShape shape = shape(KvType.F16);
    Path file = write(shape, Form.AS_CACHED);
    for (long messages : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 5}) {
      for (int entries : new int[] {0, 1, Integer.MAX_VALUE}) {
        BlockForm form = BlockForm.of(shape);
        patch(file, new BlockFileHeader(MODEL, form, form, entries, 0, messages).encoded());
        refuses(file, MODEL, shape, "must have 128");
      }
    }
  }

  @Test
  void refusesTypesThatACacheDoesNotHave() throws Exception {
    KvShape shape = shape(KvType.F16);
    Path file = write(shape, Form.AS_CACHED);
    BlockForm form = BlockForm.of(shape);
    BlockForm floats = BlockForm.of(shape(KvType.F32));
    patch(file, new BlockFileHeader(MODEL, form, floats, BLOCKS, 0, 0).encoded());
    refuses(file, MODEL, shape, "byte 72: keys and values must be of the cache's types or q8_0");
  }

  @Test
  void refusesAnEntryThatFollowsALaterOne() throws Exception {
    KvShape shape = shape(KvType.F16);
    Path file = write(shape, Form.AS_CACHED);
    byte[] bytes = Files.readAllBytes(file);
    int at = HEADER + MESSAGES.length;
    ByteBuffer entry =
        ByteBuffer.wrap(bytes, at, 8 + 4 * WIDTH + (int) shape.bytesPerBlock())
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    entry.putInt(0, 3).putInt(4, 0);
    entry.putInt(4, BlockFileHeader.sum(entry));
    Files.write(file, bytes);
    refuses(file, MODEL, shape, "entry 0 of 3 must follow an earlier one, found entry 2");
  }

  private static void patch(Path file, ByteBuffer header) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    header.get(bytes, 0, HEADER);
    Files.write(file, bytes);
  }

  private static void refuses(Path file, Fingerprint model, KvShape shape, String message) {
    assertThatExceptionOfType(SavedStateException.class)
        .isThrownBy(() -> {
          try (BlockFileReader reader = BlockFileReader.open(file, model, shape)) {
            while (reader.remaining() > 0) {
              var _ = reader.next();
            }
          }
        })
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(message);
  }
}
