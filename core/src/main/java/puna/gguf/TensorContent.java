package puna.gguf;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/// The bytes of a tensor, written when their turn in the file comes.
@FunctionalInterface
public interface TensorContent {
  /// Writes exactly the bytes that the tensor's type and shape ask for, little-endian.
  void writeTo(WritableByteChannel out) throws IOException;
}
