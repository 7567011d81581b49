package puna;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.error.ModelReadException;
import puna.model.Decoder;
import puna.model.LlamaConfig;

class MappedDecoderTest {
  @Test
  void aFaultOfTheMappingNamesTheFile() {
    MappedDecoder decoder = new MappedDecoder(new Faulting(), Path.of("some", "model.gguf"));
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> decoder.forward(new Batch(1)))
        .withMessageContainingAll(
            Path.of("some", "model.gguf").toString(), "cut short", "a fault occurred");
  }

  private static final class Faulting implements Decoder {
    @Override
    public LlamaConfig config() {
      throw new UnsupportedOperationException();
    }

    @Override
    public KvShape kvShape() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int maxBatch() {
      return 1;
    }

    @Override
    public boolean forward(Batch batch, BooleanSupplier isWanted) {
      throw new InternalError("a fault occurred in an unsafe memory access operation");
    }

    @Override
    public void readLogits(int output, float[] target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readState(int state, float[] target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readBlock(int block, MemorySegment target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void writeBlock(int block, MemorySegment source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void dropNear(int block) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
