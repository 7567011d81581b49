package puna.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import puna.error.ModelFormatException;
import puna.json.JsonPlace;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.file.JsonFile;
import puna.tensor.StoredBytes;

/// Reads the header of one safetensors file.
///
/// | bytes | content |
/// |---|---|
/// | 0–7 | length of the header, u64 |
/// | 8… | a JSON object: name → dtype, shape, data_offsets |
/// | … | data; offsets count from here, and cover it without a gap |
///
/// Source: the format's own description (huggingface/safetensors).
public final class SafetensorsReader {
  /// Longer headers are taken for damage: the largest models name a few thousand arrays in less
  /// than a megabyte.
  private static final int LONGEST_HEADER = 32 << 20;

  private static final int LENGTH_BYTES = 8;
  private static final int MOST_EXTENTS = 8;
  private static final String METADATA = "__metadata__";

  private final StoredBytes file;
  private final String origin;
  private final List<Span> spans = new ArrayList<>();
  private long dataStart;

  private record Span(String name, long begin, long end) {}

  private SafetensorsReader(StoredBytes file, String origin) {
    this.file = file;
    this.origin = origin;
  }

  /// The arrays by name, in the header's order.
  ///
  /// @param origin the file's name, for messages
  /// @throws ModelFormatException when the file breaks a rule of the format
  public static SequencedMap<String, StoredArray> read(StoredBytes file, String origin) {
    return new SafetensorsReader(file, origin).arrays();
  }

  private SequencedMap<String, StoredArray> arrays() {
    JsonPlace header = header();
    SequencedMap<String, StoredArray> arrays = new LinkedHashMap<>();
    for (String name : header.object().members().keySet()) {
      if (!name.equals(METADATA)) {
        arrays.put(name, array(name, header.get(name)));
      }
    }
    requireWhole();
    return arrays;
  }

  private JsonPlace header() {
    if (file.size() < LENGTH_BYTES) {
      throw refusal("a safetensors file must have at least 8 bytes", file.size());
    }
    byte[] lengthBytes = new byte[LENGTH_BYTES];
    file.read(0, MemorySegment.ofArray(lengthBytes));
    long length =
        MemorySegment.ofArray(lengthBytes)
            .get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    long most = Math.min(LONGEST_HEADER, file.size() - LENGTH_BYTES);
    if (length < 2 || length > most) {
      throw refusal(
          "the header must have 2 to %s bytes (of at most %s, and of the file's %s)"
              .formatted(most, LONGEST_HEADER, file.size()),
          Long.toUnsignedString(length));
    }
    byte[] text = new byte[(int) length];
    file.read(LENGTH_BYTES, MemorySegment.ofArray(text));
    if (text[0] != '{') {
      throw refusal(
          "the header must begin with {",
          "'"
              + new String(text, 0, 1, StandardCharsets.ISO_8859_1).replaceAll("\\p{C}", "?")
              + "'");
    }
    dataStart = LENGTH_BYTES + length;
    return JsonFile.read(text, origin + ": header");
  }

  private StoredArray array(String name, JsonPlace entry) {
    if (!(entry.value() instanceof JsonObject)) {
      throw entry.refusal("must be an object");
    }
    ElementType type =
        ElementType.named(entry.get("dtype").string())
            .orElseThrow(
                () -> entry.get("dtype").refusal("must be a type that safetensors files have"));
    List<JsonPlace> extents = entry.get("shape").elements();
    if (extents.size() > MOST_EXTENTS) {
      throw entry.get("shape").refusal("must have at most " + MOST_EXTENTS + " extents");
    }
    long[] shape = extents.stream().mapToLong(SafetensorsReader::integer).toArray();
    List<JsonPlace> offsets = entry.get("data_offsets").elements();
    if (offsets.size() != 2) {
      throw entry.get("data_offsets").refusal("must be two offsets");
    }
    long begin = integer(offsets.getFirst());
    long end = integer(offsets.getLast());
    long size = byteSize(type, shape, entry);
    if (begin > end || end > file.size() - dataStart || end - begin != size) {
      throw new ModelFormatException(
          "%s: %s must be %s bytes within the %s of data, found %s to %s"
              .formatted(
                  origin,
                  entry.get("data_offsets").path(),
                  size,
                  file.size() - dataStart,
                  begin,
                  end));
    }
    spans.add(new Span(name, begin, end));
    return new StoredArray(name, type, shape, file.slice(dataStart + begin, size));
  }

  private static long byteSize(ElementType type, long[] shape, JsonPlace entry) {
    try {
      long size = type.bytes();
      for (long extent : shape) {
        size = Math.multiplyExact(size, extent);
      }
      return size;
    } catch (ArithmeticException e) {
      throw entry.get("shape").refusal("must have a product below 2^63");
    }
  }

  private static long integer(JsonPlace place) {
    if (place.value() instanceof JsonNumber(String text) && text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    throw place.refusal("must be an integer of at least 0");
  }

  /// No array overlaps another, and no byte of the data belongs to none.
  private void requireWhole() {
    spans.sort(Comparator.comparingLong(Span::begin).thenComparingLong(Span::end));
    long end = 0;
    String before = "the header";
    for (Span span : spans) {
      if (span.begin != end) {
        throw refusal(
            "data of %s must follow %s at %s".formatted(shown(span.name), shown(before), end),
            span.begin);
      }
      end = span.end;
      before = span.name;
    }
    if (end != file.size() - dataStart) {
      throw refusal(
          "data must end with %s at %s".formatted(shown(before), end), file.size() - dataStart);
    }
  }

  private static String shown(String name) {
    return name.substring(0, Math.min(100, name.length())).replaceAll("\\p{C}", "?");
  }

  private ModelFormatException refusal(String rule, Object found) {
    return new ModelFormatException("%s: %s, found %s".formatted(origin, rule, found));
  }
}
