package puna.x64;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;
import puna.backend.cpu.scalar.ScalarKernels;
import puna.x64.code.SystemMemory;
import puna.x64.cpu.CpuFeatures;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings.PromptPrecision;

class FloatSelfTestTest {
  private final FloatKernels right = new ScalarKernels().floatKernels().orElseThrow();

  /// The loop that is made wrong.
  enum Loop {
    RMS_NORM,
    ROPE,
    SWIGLU,
    ADD,
    STORE,
    ATTEND
  }

  @Test
  void findsNoFaultWithLoopsThatAgree() {
    assertThat(new FloatSelfTest().fault(right)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Loop.class)
  void findsTheFaultOfAWrongLoop(Loop loop) {
    assertThat(new FloatSelfTest().fault(new Wrong(right, loop))).isPresent();
  }

  @Test
  void switchesWrongLoopsOff() {
    TestMachine.assumeTier(X64Tier.AVX2);
    try (X64Kernels kernels =
        new X64Kernels(
            X64Tier.AVX2,
            PromptPrecision.EXACT,
            CpuFeatures.detect(),
            SystemMemory.ofThisSystem())) {
      assertThat(kernels.agree(new Wrong(right, Loop.SWIGLU))).isFalse();
      assertThat(kernels.floatKernels()).isPresent();
    }
  }

  private record Wrong(FloatKernels kernels, Loop loop) implements FloatKernels {
    private void spoil(Loop at, FloatMatrix out, int token) {
      if (at == loop) {
        out.data().set(ValueLayout.JAVA_FLOAT, out.offset(token), 77f);
      }
    }

    @Override
    public void rmsNorm(
        FloatMatrix out, FloatMatrix x, int token, Norm norm, WorkerScratch scratch) {
      kernels.rmsNorm(out, x, token, norm, scratch);
      spoil(Loop.RMS_NORM, out, token);
    }

    @Override
    public void rope(
        FloatMatrix x, int token, int headSize, Rotation rotation, WorkerScratch scratch) {
      kernels.rope(x, token, headSize, rotation, scratch);
      spoil(Loop.ROPE, x, token);
    }

    @Override
    public void swiglu(FloatMatrix gate, FloatMatrix up, int token, WorkerScratch scratch) {
      kernels.swiglu(gate, up, token, scratch);
      spoil(Loop.SWIGLU, gate, token);
    }

    @Override
    public void add(FloatMatrix x, FloatMatrix delta, int token, WorkerScratch scratch) {
      kernels.add(x, delta, token, scratch);
      spoil(Loop.ADD, x, token);
    }

    @Override
    public void store(KvSlab slab, FloatMatrix x, int token, int slot, WorkerScratch scratch) {
      kernels.store(slab, x, token, slot, scratch);
      if (loop == Loop.STORE) {
        int positions = slab.shape().blockPositions();
        slab.memory(slot / positions)
            .set(ValueLayout.JAVA_SHORT, slab.offset(0, slot % positions), (short) 0x5000);
      }
    }

    @Override
    public void attend(AttentionTask task, WorkerScratch scratch) {
      kernels.attend(task, scratch);
      spoil(Loop.ATTEND, task.out(), 0);
    }
  }
}
