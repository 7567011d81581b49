package puna.checkpoint.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

class TorchFileTest {
  private static final String REBUILD = "_rebuild_tensor_v2";

  /// `1, 2, … 6` as float32.
  private static final byte[] SIX = {
    0,
    0,
    (byte) 0x80,
    0x3F,
    0,
    0,
    0,
    0x40,
    0,
    0,
    0x40,
    0x40,
    0,
    0,
    (byte) 0x80,
    0x40,
    0,
    0,
    (byte) 0xA0,
    0x40,
    0,
    0,
    (byte) 0xC0,
    0x40
  };

  @Test
  void readsATensorWithItsShapeInGgufsOrder() {
    SequencedMap<String, Tensor> tensors =
        read(PickleBytes.dictionary().tensor("a", "0", 3, 2).stop());
    Tensor tensor = Objects.requireNonNull(tensors.get("a"));
    assertThat(tensor.type()).isEqualTo(TensorType.F32);
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(floats(tensors, "a")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void readsAPartOfAStorageAndAScalar() {
    PickleBytes pickle = PickleBytes.dictionary().text("part");
    pickle.global("torch._utils", REBUILD).raw('(').storage("FloatStorage", "0", 6);
    pickle.integer(3).integers(1, 2).integers(77, 1).hooks().raw('t', 'R', 's');
    pickle.text("scalar").global("torch._utils", REBUILD).raw('(');
    pickle.storage("FloatStorage", "0", 6).integer(5).raw(')', ')').hooks().raw('t', 'R', 's');
    SequencedMap<String, Tensor> tensors = read(pickle.stop());
    assertThat(floats(tensors, "part")).containsExactly(4, 5);
    assertThat(floats(tensors, "scalar")).containsExactly(6);
  }

  @Test
  void readsProtocol4() {
    PickleBytes pickle = new PickleBytes().raw(0x80, 4, 0x95, 200, 0, 0, 0, 0, 0, 0, 0);
    pickle.raw('}', 0x94, '(', 0x8C, 1, 'a', 0x94);
    pickle.raw(0x8C, 12).ascii("torch._utils").raw(0x94, 0x8C, 18).ascii(REBUILD);
    pickle.raw(0x94, 0x93, 0x94, '(', '(', 0x8C, 7).ascii("storage").raw(0x94);
    pickle.raw(0x8C, 5).ascii("torch").raw(0x8C, 12).ascii("FloatStorage").raw(0x93);
    pickle.raw(0x8C, 1, '0', 0x8C, 3).ascii("cpu").raw('K', 6, 't', 'Q', 'K', 0);
    pickle.raw('K', 6, 0x85, 'K', 1, 0x85, 0x89, 0x8C, 11).ascii("collections");
    pickle.raw(0x8C, 11).ascii("OrderedDict").raw(0x93, ')', 'R', 't', 'R', 'u');
    assertThat(floats(read(pickle.stop()), "a")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void readsAnOrderedDictionaryWithAttributesAndSkipsWhatIsNoTensor() {
    PickleBytes pickle = new PickleBytes().raw(0x80, 2);
    pickle.global("collections", "OrderedDict").raw(')', 'R', 'q', 9, '(');
    pickle.text("state").global("_io", "BytesIO").raw(')', 0x81, '(');
    pickle.global("_codecs", "encode").text("x").text("latin1").raw(0x86, 'R');
    pickle.raw('K', 0, 'N', 't', 'b');
    pickle.text("list").raw(']', '(', 'K', 1, 'K', 2, 'e', 'K', 3, 'a');
    pickle.text("long").raw(0x8A, 2, 0xFF, 0x7F, 'u');
    pickle.tensor("a", "0", 6).raw('}').text("_metadata").raw('}', 's', 'b');
    assertThat(read(pickle.stop()).keySet()).containsExactly("a");
  }

  @Test
  void refusesAPickleThatCallsWhatItLikes() {
    byte[] pickle = PickleBytes.dictionary().global("os", "system").text("id").stop();
    refuses(
        pickle,
        "consolidated.00.pth: data.pkl: byte 3: a class must be one that builds tensors,"
            + " found os.system");
  }

  static Stream<Arguments> instructions() {
    return Stream.of(
        pickle(
            "byte 3: an instruction must be one that builds tensors, found 0x69",
            p -> p.ascii("ios\nsystem\n")),
        pickle(
            "byte 3: an instruction must be one that builds tensors, found 0x42",
            p -> p.raw('B').int32(0)),
        pickle("byte 3: the protocol must be 2, 3 or 4, found 5", p -> p.raw(0x80, 5)),
        pickle(
            "byte 3: a class must be one that builds tensors, found torch._utils._rebuild",
            p -> p.global("torch._utils", "_rebuild_tensor_v3")),
        pickle(
            "byte 3: a text may have 65536 bytes at most, found 4294967295",
            p -> p.raw('X').int32(-1)),
        pickle("byte 3: 65000 more bytes must follow, found 1", p -> p.raw('X').int32(65000)),
        pickle("byte 3: an integer may have 8 bytes at most, found 255", p -> p.raw(0x8A, 255)),
        pickle("byte 3: 2 values must lie on the stack, found 1", p -> p.raw('s')),
        pickle("a mark must lie on the stack, found none", p -> p.raw('u')),
        pickle("found nothing at 7", p -> p.raw('h', 7)),
        pickle("a key must be a text, found the integer 1", p -> p.raw('K', 1, 'N', 's')),
        pickle(
            "a key must occur once, found twice a",
            p -> p.text("a").raw('N', 's').text("a").raw('N', 's')));
  }

  static Stream<Arguments> targets() {
    return Stream.of(
        pickle(
            "keys and values must go to a dictionary, found 1 of them", p -> p.raw('(', 'N', 'u')),
        pickle("items must go to a list, found a dictionary of 0", p -> p.raw('N', 'a')),
        pickle(
            "attributes must be those of a dictionary, found None for True",
            p -> p.raw(0x88, 'N', 'b')),
        pickle(
            "what is called must be a class with a tuple, found True with a tuple of 0",
            p -> p.raw(0x88, ')', 'R')),
        pickle(
            "a dictionary must begin empty, found 1 arguments",
            p -> p.global("collections", "OrderedDict").raw('N', 0x85, 'R')));
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        pickle(
            "a storage must be told by its place, found a call of torch.FloatStorage",
            p -> p.global("torch", "FloatStorage").raw(')', 'R')),
        pickle(
            "a storage must be told by 'storage', class, key, device and elements",
            p -> p.text("0").raw('Q')),
        pickle("device and elements, found a tuple of 5", p -> p.storage("FloatStorage", "0", -6)),
        pickle(
            "a checkpoint must be one dictionary, found the integer 1, 1 values",
            p -> p.raw('K', 1)),
        pickle(
            "a tensor must have storage, offset, sizes, strides and hooks, found None",
            p -> p.global("torch._utils", REBUILD).raw('N', 0x85, 'R')));
  }

  static Stream<Arguments> tensors() {
    return Stream.of(
        tensor("within the 6 elements of its storage, found 6 from 1", 1, of(6), of(1)),
        tensor("within the 6 elements of its storage, found 1 from -1", -1, of(1), of(1)),
        tensor("within the 6 elements of its storage, found 8 from 0", 0, of(4, 2), of(2, 1)),
        tensor("one behind the other, found strides [1, 3] for [3, 2]", 0, of(3, 2), of(1, 3)),
        tensor("one behind the other, found strides [0] for [6]", 0, of(6), of(0)),
        tensor("4 sizes at most and as many strides, found 2 and 1", 0, of(3, 2), of(1)),
        tensor("4 sizes at most and as many", 0, of(1, 1, 1, 1, 1), of(1, 1, 1, 1, 1)),
        tensor("integers from 0 on, found the integer -6", 0, of(-6), of(1)),
        pickle(
            "must fit in 63 bits, found [1073741824, 1073741824, 1073741824]",
            p -> {
              p.global("torch._utils", REBUILD).raw('(').storage("FloatStorage", "0", 6).integer(0);
              p.integers(1 << 30, 1 << 30, 1 << 30).raw('(', 0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x10);
              p.integer(1 << 30).integer(1).raw('t').hooks().raw('t', 'R');
            }),
        tensor("tensor a: must have elements, found sizes [0]", 0, of(0), of(1)),
        storage("an entry data/1 of 24 bytes, found none", "FloatStorage", "1", 6),
        storage("an entry data/0 of 28 bytes, found 24", "FloatStorage", "0", 7),
        storage("an entry data/../data.pkl of 24 bytes", "FloatStorage", "../data.pkl", 6),
        storage("found torch.ByteStorage", "ByteStorage", "0", 24));
  }

  private static int[] of(int... values) {
    return values;
  }

  private static Arguments pickle(String finding, Consumer<PickleBytes> body) {
    PickleBytes pickle = PickleBytes.dictionary();
    body.accept(pickle);
    return arguments(finding, pickle.stop());
  }

  private static Arguments tensor(String finding, int offset, int[] sizes, int[] strides) {
    return pickle(
        finding,
        pickle -> {
          pickle.text("a").global("torch._utils", REBUILD).raw('(').storage("FloatStorage", "0", 6);
          pickle.integer(offset).integers(sizes).integers(strides).hooks().raw('t', 'R', 's');
        });
  }

  private static Arguments storage(String finding, String of, String key, int elements) {
    return pickle(
        finding,
        pickle -> {
          pickle.text("a").global("torch._utils", REBUILD).raw('(').storage(of, key, elements);
          pickle.integer(0).integers(elements).integers(1).hooks().raw('t', 'R', 's');
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"instructions", "targets", "calls", "tensors"})
  void refusesAPickleNamingTheByte(String finding, byte[] pickle) {
    refuses(pickle, finding);
  }

  @Test
  void refusesAPickleThatEndsEarlyOrGoesOn() {
    byte[] whole = PickleBytes.dictionary().tensor("a", "0", 6).stop();
    for (int length = 0; length < whole.length; length++) {
      refuses(Arrays.copyOf(whole, length), "consolidated.00.pth: data.pkl: byte ");
    }
    refuses(Arrays.copyOf(whole, whole.length + 1), "0 values and more bytes behind it");
  }

  @Test
  void boundsTheMemoryOfAPickle() {
    byte[] many = new byte[8 << 20];
    Arrays.fill(many, (byte) '}');
    refuses(many, "its values may take 64 MiB of memory, found more");
    refuses(new byte[(16 << 20) + 1], "may have 16777216 bytes at most, found 16777217");
  }

  @Test
  void refusesAnotherOrderOfBytesAndFilesThatTorchDoesNotWrite() {
    byte[] pickle = PickleBytes.dictionary().stop();
    ZipBytes big = new ZipBytes();
    big.add("x/data.pkl", pickle);
    big.add("x/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    refusesFile(big.toByteArray(), "entry byteorder: must be little, found big");
    ZipBytes none = new ZipBytes();
    none.add("x/data", pickle);
    refusesFile(none.toByteArray(), "one entry must be called data.pkl, found 0");
    ZipBytes two = new ZipBytes();
    two.add("x/data.pkl", pickle);
    two.add("y/data.pkl", pickle);
    refusesFile(two.toByteArray(), "one entry must be called data.pkl, found 2");
    refusesFile(pickle, "must be a zip archive, as PyTorch writes it since version 1.6");
    refusesFile(new byte[0], "must be a zip archive, as PyTorch writes it since version 1.6");
  }

  private static void refuses(byte[] pickle, String finding) {
    refusesFile(archive(pickle), finding);
  }

  private static void refusesFile(byte[] file, String finding) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> readFile(file))
        .withMessageStartingWith("consolidated.00.pth: ")
        .withMessageContaining(finding);
  }

  private static SequencedMap<String, Tensor> read(byte[] pickle) {
    return readFile(archive(pickle));
  }

  private static SequencedMap<String, Tensor> readFile(byte[] file) {
    return TorchFile.read(StoredBytes.of(MemorySegment.ofArray(file)), "consolidated.00.pth");
  }

  private static float[] floats(SequencedMap<String, Tensor> tensors, String name) {
    return BlockFormats.floats(Objects.requireNonNull(tensors.get(name)));
  }

  private static byte[] archive(byte[] pickle) {
    ZipBytes zip = new ZipBytes();
    zip.add("consolidated.00/data.pkl", pickle);
    zip.add("consolidated.00/data/0", SIX);
    return zip.toByteArray();
  }
}
