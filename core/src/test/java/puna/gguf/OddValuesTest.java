package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelFormatException;
import puna.tensor.Metadata;
import puna.tensor.OutOfRange;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.text.FileText;

/// What is odd in a file and concerns nobody until it is asked for.
class OddValuesTest {
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int UINT64 = 10;
  private static final byte[] LATIN_1 = {99, 97, 102, (byte) 0xE9};

  @Test
  void looksAtABoolWhenItIsAskedFor() {
    Metadata metadata =
        read(RawGguf.withPair("k", BOOL, out -> out.integer(2, 1))
                .pair("after", BOOL, out -> out.integer(1, 1)))
            .metadata();
    assertThat(metadata.bool("after")).contains(true);
    assertThat(metadata.values().get("k"))
        .isEqualTo(new OutOfRange("must be a bool, which is 0 or 1", "2", "2"));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> metadata.bool("k"))
        .withMessage("tiny.gguf: metadata key k must be a bool, which is 0 or 1, found 2");
  }

  @Test
  void looksAtBoolsWhenTheyAreAskedFor() {
    Metadata metadata =
        read(RawGguf.withPair(
                "k", ARRAY, out -> out.int32(BOOL).int64(4).raw(new byte[] {0, 1, -1, 3})))
            .metadata();
    assertThat(metadata.values().get("k"))
        .isInstanceOfSatisfying(
            OutOfRange.class,
            odd -> assertThat(odd.found()).isEqualTo(List.of("0", "1", "255", "3")));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> metadata.strings("k"))
        .withMessageContaining("metadata key k")
        .withMessageContaining("found 255");
  }

  @Test
  void looksAtLargeIntegersWhenTheyAreAskedFor() {
    Metadata metadata =
        read(RawGguf.withPair("one", UINT64, out -> out.int64(-1))
                .pair("more", ARRAY, out -> out.int32(UINT64).int64(2).int64(7).int64(1L << 63)))
            .metadata();
    for (String key : List.of("one", "more")) {
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> metadata.integers(key))
          .withMessageContaining("metadata key " + key + " must be below 2^63, found");
      assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> metadata.number(key));
    }
    assertThat(metadata.values().get("more"))
        .isEqualTo(
            new OutOfRange(
                "must be below 2^63", "9223372036854775808", List.of("7", "9223372036854775808")));
  }

  @Test
  void showsAValueThatIsNoUtf8() {
    Metadata metadata =
        read(RawGguf.withPair("k", STRING, out -> out.int64(4).raw(LATIN_1))).metadata();
    assertThat(metadata.string("k")).contains("caf\uFFFD");
  }

  @Test
  void keepsKeysApartThatAreNoUtf8() {
    RawGguf raw =
        RawGguf.withPair("k\uDCE9", BOOL, out -> out.integer(0, 1))
            .pair("k\uDCE8", BOOL, out -> out.integer(1, 1));
    assertThat(read(raw).metadata().values().keySet()).containsExactly("k\uFFFD", "k\uFFFD\uFFFD");
    raw.pair("k\uDCE8", BOOL, out -> out.integer(1, 1));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(raw))
        .withMessageContaining("a key may occur once, found it again as pair 2");
  }

  @Test
  void keepsTheBytesOfElements() {
    byte[] half = {(byte) 0xE2, (byte) 0x96};
    Metadata metadata =
        read(RawGguf.withPair(
                "k",
                ARRAY,
                out -> out.int32(STRING).int64(2).int64(2).raw(half).int64(1).raw(new byte[] {-1})))
            .metadata();
    List<String> elements = metadata.strings("k").orElseThrow();
    assertThat(FileText.bytes(elements.get(0))).isEqualTo(half);
    assertThat(FileText.bytes(elements.get(1))).isEqualTo(new byte[] {-1});
    assertThat(elements).extracting(FileText::shown).containsExactly("\uFFFD\uFFFD", "\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 0xAA, 255})
  void skipsPaddingOfAnyBytes(int padding) {
    RawGguf raw = RawGguf.withTensor(_ -> {});
    raw.padding = padding;
    assertThat(read(raw).tensors()).extracting(Tensor::name).containsExactly("a");
  }

  @Test
  void readsATensorWithoutExtentsAsOneNumber() {
    GgufPart part = read(RawGguf.withTensor(info -> info.shaped(0)));
    assertThat(part.tensors().getFirst().shape().elements()).isEqualTo(1);
    assertThat(part.tensors().getFirst().byteSize()).isEqualTo(4);
  }

  private static GgufPart read(RawGguf raw) {
    return GgufReader.read(
        StoredBytes.of(MemorySegment.ofArray(raw.bytes())), "tiny.gguf", new MemoryBudget());
  }
}
