package puna;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import puna.backend.Batch;
import puna.error.ModelReadException;
import puna.model.Decoder;

/// A decoder whose weights lie in a mapped file: says which file it was when reading it faults.
final class MappedDecoder extends ForwardingDecoder {
  private final Path file;

  MappedDecoder(Decoder decoder, Path file) {
    super(decoder);
    this.file = file;
  }

  /// What the JVM's error about a faulting page means for a model.
  static ModelReadException fault(Object file, InternalError fault) {
    return new ModelReadException(
        "%s: reading the mapped file failed, it was cut short or its disk does not answer: %s"
            .formatted(file, fault.getMessage()),
        new IOException(fault));
  }

  @Override
  public boolean forward(Batch batch, BooleanSupplier isWanted) {
    try {
      return super.forward(batch, isWanted);
    } catch (InternalError e) {
      throw fault(file, e);
    }
  }
}
