package puna.chat.template.python;

import java.util.Optional;

/// The methods of Python's `bytes` that a prompt can need: back to text. The others are refused by
/// name, because bytes are on their way to be text again.
public final class BytesMethods {
  private BytesMethods() {}

  public static Optional<Value> find(Bytes bytes, String name) {
    return switch (name) {
      case "decode" ->
          Optional.of(Member.function(name, arguments -> Encoding.decode(bytes, arguments)));
      case "hex" ->
          Optional.of(
              Member.function(
                  name,
                  arguments -> {
                    arguments.bindPositional(name);
                    return bytes.hex();
                  }));
      default ->
          Optional.of(
              new Value.Undefined(
                  "the method '" + name + "' of bytes is not supported; decode them first"));
    };
  }
}
