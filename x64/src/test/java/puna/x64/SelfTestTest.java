package puna.x64;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.backend.cpu.scalar.ScalarKernels;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.x64.code.RoutineLibrary;
import puna.x64.code.SystemMemory;
import puna.x64.cpu.CpuFeatures;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.MatrixKernels;
import puna.x64.kernel.MatrixKernels.TileUse;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.panel.TokenPlanes.Planes;
import puna.x64.settings.X64Settings.PromptPrecision;

class SelfTestTest {
  private final MatrixKernel right = new ScalarKernels().kernelFor(TensorType.Q4_0).orElseThrow();

  /// What a broken kernel does to the products.
  enum Mistake {
    ONE_ROW_ZERO {
      @Override
      void make(FloatMatrix out) {
        out.data().setAtIndex(ValueLayout.JAVA_FLOAT, 16, 0f);
      }
    },
    NOT_A_NUMBER {
      @Override
      void make(FloatMatrix out) {
        out.data().setAtIndex(ValueLayout.JAVA_FLOAT, 3, Float.NaN);
      }
    },
    EXCEPTION {
      @Override
      void make(FloatMatrix out) {
        throw new IllegalStateException("made to fail");
      }
    };

    abstract void make(FloatMatrix out);
  }

  @Test
  void findsNoFaultWithAKernelThatAgrees() {
    assertThat(new SelfTest().fault(TensorType.Q4_0, right)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void findsTheFaultOfAWrongKernel(Mistake mistake) {
    assertThat(new SelfTest().fault(TensorType.Q4_0, new Wrong(right, mistake))).isPresent();
  }

  @Test
  void switchesAWrongKernelOffAndSaysWhy() {
    TestMachine.assumeTier(X64Tier.AVX2);
    try (X64Kernels kernels =
        new X64Kernels(
            X64Tier.AVX2,
            PromptPrecision.EXACT,
            CpuFeatures.detect(),
            SystemMemory.ofThisSystem())) {

      assertThat(kernels.agrees(TensorType.Q4_0, new Wrong(right, Mistake.ONE_ROW_ZERO))).isFalse();

      assertThat(kernels.reasonWithout(TensorType.Q4_0))
          .startsWith("switched off by its self-test: for 1 tokens");
      assertThat(kernels.reasonWithout(TensorType.Q8_0)).isEqualTo("has no kernel for it");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"Q4_0", "Q8_0", "Q3_K", "Q4_K", "Q6_K", "IQ4_XS", "MXFP4", "IQ2_S"})
  void findsNoFaultWithProductsOfAvxVnni(TensorType type) {
    TestMachine.assumeTier(X64Tier.AVX512_VNNI); // which has them in another encoding
    try (Arena code = Arena.ofShared()) {
      MatrixKernel kernel =
          new MatrixKernels(
                  emitters -> RoutineLibrary.load(emitters, SystemMemory.ofThisSystem(), code),
                  Planes.TWO,
                  Vectors.AVX_VNNI_OF_AVX512,
                  TileUse.NONE)
              .of(type)
              .orElseThrow();

      assertThat(new SelfTest().fault(type, kernel)).isEmpty();
    }
  }

  private record Wrong(MatrixKernel kernel, Mistake mistake) implements MatrixKernel {
    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public PackedMatrix reserve(Tensor tensor, SegmentAllocator memory) {
      return kernel.reserve(tensor, memory);
    }

    @Override
    public PanelLayout panelLayout(int tokens, BatchInvariance invariance, Precision precision) {
      return kernel.panelLayout(tokens, invariance, precision);
    }

    @Override
    public int rowGroup() {
      return kernel.rowGroup();
    }

    @Override
    public void multiply(
        PackedMatrix matrix, Panel panel, RowRange range, FloatMatrix out, WorkerScratch scratch) {
      kernel.multiply(matrix, panel, range, out, scratch);
      mistake.make(out);
    }

    @Override
    public void decodeRow(
        PackedMatrix matrix, int row, FloatMatrix out, int token, WorkerScratch scratch) {
      kernel.decodeRow(matrix, row, out, token, scratch);
    }
  }
}
