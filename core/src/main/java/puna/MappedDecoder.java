package puna;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.ParallelWork;
import puna.error.ModelReadException;
import puna.model.Decoder;
import puna.model.LlamaConfig;

/// A decoder whose weights lie in a mapped file: says which file it was when reading it faults.
final class MappedDecoder implements Decoder {
  private final Decoder decoder;
  private final Path file;

  MappedDecoder(Decoder decoder, Path file) {
    this.decoder = decoder;
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
  public LlamaConfig config() {
    return decoder.config();
  }

  @Override
  public KvShape kvShape() {
    return decoder.kvShape();
  }

  @Override
  public int maxBatch() {
    return decoder.maxBatch();
  }

  @Override
  public int maxOutputs() {
    return decoder.maxOutputs();
  }

  @Override
  public boolean forward(Batch batch, BooleanSupplier isWanted) {
    try {
      return decoder.forward(batch, isWanted);
    } catch (InternalError e) {
      throw fault(file, e);
    }
  }

  @Override
  public void readLogits(int output, float[] target) {
    decoder.readLogits(output, target);
  }

  @Override
  public void readState(int state, float[] target) {
    decoder.readState(state, target);
  }

  @Override
  public void forEach(int items, ParallelWork work) {
    decoder.forEach(items, work);
  }

  @Override
  public int workers() {
    return decoder.workers();
  }

  @Override
  public void readBlock(int block, MemorySegment target) {
    decoder.readBlock(block, target);
  }

  @Override
  public void writeBlock(int block, MemorySegment source) {
    decoder.writeBlock(block, source);
  }

  @Override
  public void dropNear(int block) {
    decoder.dropNear(block);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
