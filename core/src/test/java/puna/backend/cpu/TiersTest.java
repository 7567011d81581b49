package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import puna.backend.Absence;
import puna.backend.KernelChoice;
import puna.backend.cpu.scalar.ScalarKernels;
import puna.tensor.TensorType;

class TiersTest {
  private static final TierFactory VECTOR = factory(new FastKernels("vector"));

  @Test
  void theCapLeavesFasterTiersOut() {
    Tiers tiers =
        Tiers.detect(Optional.of("vector"), List.of(VECTOR, factory(new FastKernels("x64"))));
    assertThat(names(tiers)).containsExactly("vector", "scalar");
    assertThat(tiers.absences())
        .containsExactly(new Absence("x64", "switched off by the tier option"));
    assertThat(names(Tiers.detect(Optional.of("scalar"), List.of()))).containsExactly("scalar");
  }

  @Test
  void aTierOfAServiceComesFirst() {
    Tiers tiers = Tiers.detect(Optional.empty(), List.of(VECTOR, factory(new FastKernels("x64"))));
    assertThat(names(tiers)).containsExactly("x64", "vector", "scalar");
    assertThat(tiers.absences()).isEmpty();
  }

  @Test
  void saysThatTheModuleIsMissing() {
    Tiers tiers = Tiers.detect(Optional.empty(), List.of());
    assertThat(names(tiers)).containsExactly("scalar");
    assertThat(tiers.absences().getFirst().reason())
        .contains("puna.x64", "module path", "puna:puna-x64");
    assertThat(tiers.absences().getLast().reason())
        .contains("puna.vector", "puna:puna-vector", "--add-modules jdk.incubator.vector");
  }

  @Test
  void passesARefusalOn() {
    TierFactory refusing =
        factory("x64", () -> new TierFactory.Offer.Unavailable("the processor has no AVX2"));
    assertThat(Tiers.detect(Optional.empty(), List.of(refusing, VECTOR)).absences())
        .containsExactly(new Absence("x64", "the processor has no AVX2"));
  }

  @Test
  void aFactoryThatThrowsIsARefusal() {
    for (Throwable thrown :
        List.of(
            new IllegalStateException("no page"),
            new UnsatisfiedLinkError("no page"),
            new ServiceConfigurationError("no page"))) {
      TierFactory broken = factory("x64", () -> sneak(thrown));
      Tiers tiers = Tiers.detect(Optional.empty(), List.of(broken, VECTOR));
      assertThat(names(tiers)).containsExactly("vector", "scalar");
      assertThat(tiers.absences().getFirst().reason()).contains("no page");
    }
  }

  @Test
  void aServiceThatCannotBeReadIsARefusal() {
    Iterable<TierFactory> broken =
        () -> {
          throw new ServiceConfigurationError("not a factory");
        };
    assertThat(Tiers.detect(Optional.empty(), broken).absences().getFirst().reason())
        .contains("not a factory");
  }

  @Test
  void oneServiceThatCannotBeReadLeavesTheOthersTheirPlace() {
    Iterator<TierFactory> services = List.of(VECTOR, factory(new FastKernels("x64"))).iterator();
    AtomicBoolean broke = new AtomicBoolean();
    Iterable<TierFactory> factories =
        () ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return services.hasNext();
              }

              @Override
              public TierFactory next() {
                if (broke.compareAndSet(false, true)) {
                  throw new ServiceConfigurationError("not a factory");
                }
                return services.next();
              }
            };
    assertThat(names(Tiers.detect(Optional.empty(), factories)))
        .containsExactly("x64", "vector", "scalar");
  }

  @Test
  void ranksOrderTiersThatNobodyHereKnows() {
    List<TierFactory> factories =
        List.of(tier("slow", 50), tier("tpu", 300), VECTOR, tier("b", 150), tier("a", 150));
    Tiers all = Tiers.detect(Optional.empty(), factories);
    assertThat(names(all)).containsExactly("tpu", "a", "b", "vector", "slow", "scalar");
    assertThat(all.absences()).extracting(Absence::name).containsExactly("x64");
    Tiers capped = Tiers.detect(Optional.of("b"), factories);
    assertThat(names(capped)).containsExactly("a", "b", "vector", "slow", "scalar");
    assertThat(capped.absences()).extracting(Absence::name).containsExactly("tpu", "x64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tiers.detect(Optional.of("warp"), factories))
        .withMessageEndingWith("tiers are tpu, x64, a, b, vector, slow, scalar");
  }

  @Test
  void ofTwoWithOneNameTheFirstIsTaken() {
    FastKernels second = new FastKernels("x64");
    TierFactory refusing = factory("x64", () -> new TierFactory.Offer.Unavailable("first"));
    assertThat(names(Tiers.detect(Optional.empty(), List.of(refusing, factory(second)))))
        .containsExactly("scalar");
  }

  private static TierFactory tier(String name, int rank) {
    return factory(name, rank, () -> new TierFactory.Offer.Available(new FastKernels(name)));
  }

  @Test
  void closesTheProviders() {
    FastKernels fast = new FastKernels("x64");
    Tiers.detect(Optional.empty(), List.of(factory(fast))).close();
    assertThat(fast.closed).isTrue();
  }

  @Test
  void theTableSaysWhyAFasterTierIsNotUsed() {
    KernelTable table = new KernelTable(List.of(new FastKernels("x64"), new ScalarKernels()));
    KernelChoice row = table.row(TensorType.Q4_0);
    assertThat(row.tier()).isEqualTo("scalar");
    assertThat(row.reason()).isEqualTo("x64 switched off by its self-test");
  }

  @Test
  void refusesACapThatNamesNoTier() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tiers.detect(Optional.of("warp")))
        .withMessageContaining("'warp'")
        .withMessageContaining("x64, vector, scalar");
  }

  @Test
  void weightMemoryIsAlignedForKernels() {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(new FastKernels("x64").weightMemory(arena).allocate(3, 1).address() % 64).isZero();
    }
  }

  private static List<String> names(Tiers tiers) {
    return tiers.available().stream().map(KernelProvider::tier).toList();
  }

  private static TierFactory factory(KernelProvider provider) {
    int rank = provider.tier().equals("vector") ? 100 : 200;
    return factory(provider.tier(), rank, () -> new TierFactory.Offer.Available(provider));
  }

  private static TierFactory.Offer sneak(Throwable thrown) {
    switch (thrown) {
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new AssertionError(thrown);
    }
  }

  private interface Opening {
    TierFactory.Offer open();
  }

  private static TierFactory factory(String tier, Opening opening) {
    return factory(tier, 200, opening);
  }

  private static TierFactory factory(String tier, int rank, Opening opening) {
    return new TierFactory() {
      @Override
      public String tier() {
        return tier;
      }

      @Override
      public int rank() {
        return rank;
      }

      @Override
      public Offer open() {
        return opening.open();
      }
    };
  }

  private static final class FastKernels implements KernelProvider {
    private final String tier;
    private boolean closed;

    FastKernels(String tier) {
      this.tier = tier;
    }

    @Override
    public String tier() {
      return tier;
    }

    @Override
    public String description() {
      return "of this test";
    }

    @Override
    public Optional<MatrixKernel> kernelFor(TensorType type) {
      return Optional.empty();
    }

    @Override
    public String reasonWithout(TensorType type) {
      return "switched off by its self-test";
    }

    @Override
    public Optional<FloatKernels> floatKernels() {
      return Optional.empty();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
