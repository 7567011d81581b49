package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import puna.error.ModelFormatException;
import puna.tensor.Metadata;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

class GgufReaderTest {
  private static final int UINT8 = 0;
  private static final int UINT32 = 4;
  private static final int FLOAT32 = 6;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  @Test
  void readsEveryMetadataType() {
    Metadata metadata = read(TinyGguf.bytes()).metadata();
    assertThat(metadata.string("general.name")).contains("Tiny é😀");
    assertThat(metadata.integer("llama.context_length")).hasValue(0xffff_ffffL);
    assertThat(metadata.integer("test.uint8")).hasValue(255);
    assertThat(metadata.integer("test.int8")).hasValue(-128);
    assertThat(metadata.integer("test.uint16")).hasValue(65535);
    assertThat(metadata.integer("test.int16")).hasValue(-32768);
    assertThat(metadata.integer("test.int32")).hasValue(Integer.MIN_VALUE);
    assertThat(metadata.integer("test.uint64")).hasValue(Long.MAX_VALUE);
    assertThat(metadata.integer("test.int64")).hasValue(Long.MIN_VALUE);
    assertThat(metadata.number("test.float32")).hasValue(1e-5f);
    assertThat(metadata.number("test.float64")).hasValue(Math.PI);
    assertThat(metadata.bool("test.bool")).contains(true);
    assertThat(metadata.integers("test.uint8s")).contains(new long[] {0, 128, 255});
    assertThat(metadata.integers("test.int64s")).contains(new long[] {-1, Long.MIN_VALUE});
    assertThat(metadata.numbers("test.float64s")).contains(new double[] {-0.0, Double.MAX_VALUE});
    assertThat(metadata.values().get("test.bools")).isEqualTo(new boolean[] {true, false, true});
    assertThat(metadata.strings("tokenizer.ggml.tokens"))
        .contains(List.of("<s>", "", "▁the", "\uFFFD"));
  }

  @Test
  void readsTensorsInFileOrder() {
    assertThat(read(TinyGguf.bytes()).tensors())
        .extracting(tensor -> tensor.name() + " " + tensor.type() + " " + tensor.shape())
        .containsExactly(
            "token_embd.weight F16 32 × 5",
            "blk.0.attn_q.weight Q4_0 32 × 32",
            "blk.0.ffn_exps.weight Q8_0 32 × 2 × 3",
            "output_norm.weight F32 32");
  }

  @Test
  void readsVersionTwo() {
    byte[] bytes = TinyGguf.bytes();
    bytes[4] = 2;
    assertThat(read(bytes).version()).isEqualTo(2);
    assertThat(read(bytes).tensors()).hasSize(4);
  }

  @Test
  void readsEmptyArrays() {
    RawGguf raw = RawGguf.withPair("none", ARRAY, out -> out.int32(STRING).int64(0));
    assertThat(read(raw.bytes()).metadata().strings("none")).contains(List.of());
  }

  @Test
  void readsTensorsOutOfOrderAndWithGaps() {
    RawGguf raw = RawGguf.withTensor(a -> a.at(64)).tensor(b -> b.named("b").at(0));
    raw.dataBytes = 96;
    assertThat(read(raw.bytes()).tensors()).extracting(Tensor::name).containsExactly("a", "b");
  }

  @Test
  void givesReadOnlyTensors() {
    assertThat(read(TinyGguf.bytes()).tensors())
        .allMatch(tensor -> tensor.content().memory().orElseThrow().isReadOnly());
  }

  @ParameterizedTest
  @MethodSource
  void namesPlaceRuleAndFinding(RawGguf raw, String place, String finding) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(raw.bytes()))
        .withMessageStartingWith("tiny.gguf: " + place + ": ")
        .withMessageContaining(finding)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(500));
  }

  static Stream<Arguments> namesPlaceRuleAndFinding() {
    return Stream.of(headers(), pairs(), names(), shapes(), places()).flatMap(cases -> cases);
  }

  private static Stream<Arguments> headers() {
    return Stream.of(
        arguments(version(0), "header", "found 0"),
        arguments(version(1), "header", "found 1, which is no longer in use"),
        arguments(version(4), "header", "found 4"),
        arguments(version(-1), "header", "found 4294967295"),
        arguments(version(2 << 24), "header", "a big-endian file must be of version 3, found 2"),
        arguments(counts(1L << 40, 0), "header", "the number of tensors: 1099511627776"),
        arguments(counts(-1, 0), "header", "the number of tensors: 18446744073709551615"),
        arguments(counts(0, 1000), "header", "the number of metadata pairs: 1000"),
        arguments(counts(0, Long.MIN_VALUE), "header", "the number of metadata pairs: 92"));
  }

  private static Stream<Arguments> pairs() {
    String place = "metadata key k";
    return Stream.of(
        arguments(RawGguf.withPair("k", 13, out -> out.int64(0)), place, "found 13"),
        arguments(RawGguf.withPair("k", -1, out -> out.int64(0)), place, "found 4294967295"),
        arguments(
            RawGguf.withPair("k", ARRAY, out -> out.int32(ARRAY).int64(1).int32(0).int64(0)),
            place,
            "nested"),
        arguments(RawGguf.withPair("k", ARRAY, out -> out.int32(99).int64(0)), place, "found 99"),
        arguments(
            RawGguf.withPair("k", ARRAY, out -> out.int32(UINT32).int64(1L << 62)),
            place,
            "the number of elements: 4611686018427387904"),
        arguments(
            RawGguf.withPair("k", ARRAY, out -> out.int32(STRING).int64(-1)),
            place,
            "the number of elements: 18446744073709551615"),
        arguments(
            RawGguf.withPair("k", STRING, out -> out.int64(Long.MAX_VALUE)),
            place,
            "the length of the value: 9223372036854775807"),
        arguments(alignment(0), "metadata key general.alignment", "found 0"),
        arguments(alignment(24), "metadata key general.alignment", "found 24"),
        arguments(alignment(1 << 31), "metadata key general.alignment", "found 2147483648"),
        arguments(
            RawGguf.withPair("general.alignment", FLOAT32, out -> out.int32(0)),
            "metadata key general.alignment",
            "found FLOAT32"));
  }

  private static Stream<Arguments> names() {
    RawGguf twice = RawGguf.withTensor(_ -> {}).tensor(info -> info.at(32));
    RawGguf keys =
        RawGguf.withPair("k", UINT8, out -> out.integer(0, 1))
            .pair("k", UINT8, out -> out.integer(0, 1));
    return Stream.of(
        arguments(twice, "a", "found it again as tensor 1"),
        arguments(keys, "metadata key k", "found it again as pair 1"),
        arguments(RawGguf.withTensor(info -> info.named("")), "tensor 0", "found 0"),
        arguments(
            RawGguf.withTensor(info -> info.named("A\uDCFFB")),
            "tensor 0",
            "not valid UTF-8, found \"A\uFFFDB\""),
        arguments(RawGguf.withPair("", UINT8, out -> out.int32(0)), "metadata pair 0", "found 0"),
        arguments(
            RawGguf.withPair("x".repeat(65536), UINT8, out -> out.int32(0)),
            "metadata pair 0",
            "found 65536"),
        arguments(
            RawGguf.withTensor(info -> info.named("a\nb\u202e" + "z".repeat(999)).typed(99)),
            "a?b?" + "z".repeat(76) + "…",
            "found number 99"));
  }

  private static Stream<Arguments> shapes() {
    return Stream.of(
        arguments(RawGguf.withTensor(info -> info.shaped(5, 1, 1, 1, 1, 1)), "a", "found 5"),
        arguments(RawGguf.withTensor(info -> info.shaped(-1, 1)), "a", "found 4294967295"),
        arguments(RawGguf.withTensor(info -> info.shaped(2, 8, 0)), "a", "extent 1"),
        arguments(RawGguf.withTensor(info -> info.shaped(1, -8)), "a", "below 2^63"),
        arguments(
            RawGguf.withTensor(info -> info.shaped(3, 1L << 30, 1L << 30, 1L << 30)),
            "a",
            "number of elements"),
        arguments(
            RawGguf.withTensor(info -> info.shaped(2, 1L << 31, 1L << 31)), "a", "size must be"),
        arguments(
            RawGguf.withTensor(info -> info.shaped(2, 1L << 29, 1L << 30)), "a", "lie in the file"),
        arguments(RawGguf.withTensor(info -> info.shaped(1, 16).typed(2)), "a", "multiple of 32"),
        arguments(RawGguf.withTensor(info -> info.typed(4)), "a", "type 4 was removed"),
        arguments(RawGguf.withTensor(info -> info.typed(31)), "a", "type 31 was removed"),
        arguments(RawGguf.withTensor(info -> info.typed(133)), "a", "found number 133"),
        arguments(RawGguf.withTensor(info -> info.typed(-1)), "a", "found number 4294967295"));
  }

  private static Stream<Arguments> places() {
    return Stream.of(
        arguments(
            RawGguf.withTensor(info -> info.at(1234)), "a", "offset 1234 is not a multiple of 32"),
        arguments(RawGguf.withTensor(info -> info.at(64)), "a", "found offset 64, size 32"),
        arguments(RawGguf.withTensor(info -> info.at(Long.MAX_VALUE - 31)), "a", "offset 92233720"),
        arguments(RawGguf.withTensor(info -> info.at(-32)), "a", "below 2^63"),
        arguments(
            RawGguf.withTensor(info -> info.shaped(1, 16)).tensor(info -> info.named("b").at(32)),
            "b",
            "found offset 32 inside a (offset 0, size 64)"),
        arguments(
            RawGguf.withTensor(_ -> {}).tensor(info -> info.named("b")),
            "b",
            "found offset 0 inside a"));
  }

  @Test
  void refusesEveryTruncation() {
    byte[] bytes = TinyGguf.bytes();
    int end = bytes.length;
    for (int length = 0; length < end; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(ModelFormatException.class)
          .as("the first %d of %d bytes", length, end)
          .isThrownBy(() -> read(cut))
          .withMessageMatching("tiny\\.gguf: .+: .+");
    }
  }

  @Test
  void refusesMetadataThatWouldFillTheHeap() {
    int count = 40 << 20;
    byte[] start = RawGguf.withPair("k", ARRAY, out -> out.int32(UINT8).int64(count)).bytes();
    byte[] bytes = Arrays.copyOf(start, start.length + count);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(bytes))
        .withMessageContaining("at most 256 MiB of memory");
  }

  @Test
  void readsStringsOfEveryLengthAcrossAnyBoundary() {
    List<String> strings = new ArrayList<>();
    for (int length = 1; length < 400_000; length = length * 3 / 2 + 1) {
      strings.add("é".repeat(length));
      strings.add("x".repeat(length % 7));
    }
    GgufWriter writer = new GgufWriter().strings("k", strings).uint32("after", 42);
    Metadata metadata = read(TinyGguf.bytes(writer)).metadata();
    assertThat(metadata.strings("k")).contains(strings);
    assertThat(metadata.integer("after")).hasValue(42);
  }

  @Test
  void acceptsEveryPowerOfTwoAsAlignment() {
    for (int alignment = 1; alignment <= 4096; alignment *= 2) {
      GgufWriter writer = new GgufWriter().uint32("general.alignment", alignment);
      Tensor tensor = TinyGguf.tensor("a", TensorType.F32, Shape.of(5));
      byte[] bytes = TinyGguf.bytes(writer.tensor(tensor));
      assertThat(read(bytes).tensors().getFirst().content().toArray())
          .isEqualTo(tensor.content().toArray());
    }
  }

  @Test
  void acceptsWhatRawBytesSayByDefault() {
    assertThatNoException().isThrownBy(() -> read(RawGguf.withTensor(_ -> {}).bytes()));
  }

  private static RawGguf version(int version) {
    RawGguf raw = RawGguf.withTensor(_ -> {});
    raw.version = version;
    return raw;
  }

  private static RawGguf counts(long tensors, long pairs) {
    RawGguf raw = RawGguf.empty();
    raw.tensorCount = tensors;
    raw.pairCount = pairs;
    return raw;
  }

  private static RawGguf alignment(int alignment) {
    return RawGguf.withPair("general.alignment", UINT32, out -> out.int32(alignment));
  }

  private static GgufPart read(byte[] bytes) {
    return GgufReader.read(
        StoredBytes.of(MemorySegment.ofArray(bytes)), "tiny.gguf", new MemoryBudget());
  }
}
