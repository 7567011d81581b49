package puna;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.ParallelWork;
import puna.model.Decoder;
import puna.model.LlamaConfig;

/// A decoder that hands everything on to another, for those that do one thing otherwise.
abstract class ForwardingDecoder implements Decoder {
  private final Decoder decoder;

  ForwardingDecoder(Decoder decoder) {
    this.decoder = decoder;
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
    return decoder.forward(batch, isWanted);
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
