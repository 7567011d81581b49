package puna.checkpoint.meta;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes the instructions of a pickle.
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// A pickle of protocol 2 that begins with an empty dictionary.
  static PickleBytes dictionary() {
    return new PickleBytes().raw(0x80, 2, '}');
  }

  PickleBytes raw(int... bytes) {
    for (int value : bytes) {
      out.write(value);
    }
    return this;
  }

  PickleBytes ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    raw('X').int32(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  /// The operand of an instruction.
  PickleBytes int32(int value) {
    return raw(value, value >> 8, value >> 16, value >> 24);
  }

  PickleBytes integer(int value) {
    return raw('J').int32(value);
  }

  PickleBytes integers(int... values) {
    raw('(');
    for (int value : values) {
      integer(value);
    }
    return raw('t');
  }

  PickleBytes global(String module, String name) {
    return ascii("c" + module + "\n" + name + "\n");
  }

  PickleBytes storage(String of, String key, int elements) {
    raw('(').text("storage").global("torch", of).text(key).text("cpu");
    return integer(elements).raw('t', 'Q');
  }

  /// A float32 tensor, one behind the other, of a storage of its own.
  PickleBytes tensor(String name, String key, int... sizes) {
    int elements = 1;
    int[] strides = new int[sizes.length];
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = elements;
      elements *= sizes[axis];
    }
    text(name).global("torch._utils", "_rebuild_tensor_v2").raw('(');
    storage("FloatStorage", key, elements).integer(0).integers(sizes).integers(strides);
    return hooks().raw('t', 'R', 's');
  }

  /// No gradient, and an empty dictionary of hooks.
  PickleBytes hooks() {
    return raw(0x89).global("collections", "OrderedDict").raw(')', 'R');
  }

  byte[] stop() {
    return raw('.').out.toByteArray();
  }
}
