package puna.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

class SafetensorsReaderTest {
  private static final String TWO =
      """
      {"__metadata__":{"format":"pt"},
       "b":{"dtype":"F32","shape":[],"data_offsets":[6,10]},
       "a":{"dtype":"BF16","shape":[3,1],"data_offsets":[0,6]}}\
      """;

  @Test
  void readsArraysInTheHeadersOrder() {
    SequencedMap<String, StoredArray> arrays = read(TWO, 10);
    assertThat(arrays.keySet()).containsExactly("b", "a");
    StoredArray b = arrays.firstEntry().getValue();
    assertThat(b.elements()).isOne();
    assertThat(b.columns()).isOne();
    assertThat(b.describe()).isEqualTo("F32 []");
    assertThat(b.content().toArray()).containsExactly(6, 7, 8, 9);
    StoredArray a = arrays.lastEntry().getValue();
    assertThat(a.describe()).isEqualTo("BF16 [3, 1]");
    assertThat(a.rows()).isEqualTo(3);
    assertThat(a.content().toArray()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void arraysMayBeEmpty() {
    StoredArray none =
        read("{\"a\":{\"dtype\":\"I8\",\"shape\":[0,4],\"data_offsets\":[0,0]}}", 0)
            .firstEntry()
            .getValue();
    assertThat(none.elements()).isZero();
    assertThat(none.rows()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          []                                                          | 0 | the header must begin with {, found '['
          {"a":1}                                                     | 0 | header: $.a must be an object, found 1
          {"a":{}}                                                    | 0 | header: $.a.dtype must be a string, found nothing
          {"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}       | 1 | $.a.dtype must be a type that safetensors files have, found "F4"
          {"a":{"dtype":"I8","shape":[-1],"data_offsets":[0,1]}}      | 1 | $.a.shape[0] must be an integer of at least 0, found -1
          {"a":{"dtype":"I8","shape":[1.0],"data_offsets":[0,1]}}     | 1 | $.a.shape[0] must be an integer of at least 0, found 1.0
          {"a":{"dtype":"I8","shape":[1],"data_offsets":[0]}}         | 1 | $.a.data_offsets must be two offsets, found an array of 1
          {"a":{"dtype":"I8","shape":[1],"data_offsets":[1,0]}}       | 1 | $.a.data_offsets must be 1 bytes within the 1 of data, found 1 to 0
          {"a":{"dtype":"I8","shape":[1],"data_offsets":[0,2]}}       | 1 | $.a.data_offsets must be 1 bytes within the 1 of data, found 0 to 2
          {"a":{"dtype":"F64","shape":[1],"data_offsets":[0,1]}}      | 1 | $.a.data_offsets must be 8 bytes within the 1 of data, found 0 to 1
          {"a":{"dtype":"I8","shape":[4294967296,4294967296],"data_offsets":[0,1]}} | 1 | $.a.shape must have a product below 2^63, found an array of 2
          {"a":{"dtype":"I8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}} | 1 | $.a.shape must have at most 8 extents, found an array of 9
          {"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}       | 2 | data of a must follow the header at 0, found 1
          {"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}       | 2 | data must end with a at 1, found 2
          {"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I8","shape":[2],"data_offsets":[1,3]}} | 3 | data of b must follow a at 2, found 1
          {"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}} | 1 | a
          {"a":{"dtype":"I8"                                          | 0 | f.safetensors: header
          """)
  void refusesBrokenHeaders(String header, int data, String message) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(header, data))
        .withMessageStartingWith("f.safetensors: ")
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "100", "9223372036854775807", "-1", "-9223372036854775808"})
  void refusesLengthsBeyondTheFile(long length) {
    byte[] file = file(TWO, 10);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length == 100 ? 999 : length);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(file))
        .withMessageStartingWith("f.safetensors: the header must have 2 to ");
  }

  @Test
  void refusesFilesThatAreTooShort() {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(new byte[7]))
        .withMessage("f.safetensors: a safetensors file must have at least 8 bytes, found 7");
  }

  @Test
  void refusesDeepNesting() {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read("{\"a\":" + "[".repeat(100_000), 0));
  }

  private static SequencedMap<String, StoredArray> read(String header, int data) {
    return read(file(header, data));
  }

  private static SequencedMap<String, StoredArray> read(byte[] file) {
    return SafetensorsReader.read(StoredBytes.of(MemorySegment.ofArray(file)), "f.safetensors");
  }

  /// A file with that header and so many bytes of data, 0, 1, 2 …
  static byte[] file(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    bytes.writeBytes(text);
    for (int i = 0; i < data; i++) {
      bytes.write(i);
    }
    return bytes.toByteArray();
  }
}
