package puna.backend.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;
import puna.backend.Absence;
import puna.backend.Backend;
import puna.backend.BackendProvider;
import puna.backend.BackendProvider.Offer;
import puna.backend.BackendRequest;
import puna.backend.BatchInvariance;
import puna.backend.cpu.CpuBackend;

class BackendsTest {
  private static final BackendRequest REQUEST =
      new BackendRequest(1, Optional.of("scalar"), BatchInvariance.OFF);

  @Test
  void theCpuIsAlwaysThere() {
    Backends.Chosen chosen = Backends.open(REQUEST, List.of());
    try (Backend backend = chosen.backend()) {
      assertThat(backend).isInstanceOf(CpuBackend.class);
      assertThat(backend.tier()).isEqualTo("scalar");
      assertThat(chosen.absences()).isEmpty();
    }
  }

  @Test
  void theHighestRankThatCanRunIsTaken() {
    try (Backend device = new CpuBackend(1, Optional.of("scalar"))) {
      List<String> asked = new ArrayList<>();
      Backends.Chosen chosen =
          Backends.open(
              REQUEST,
              List.of(
                  provider("slower", 10, asked, new Offer.Unavailable("asked in vain")),
                  provider("b", 20, asked, new Offer.Available(device)),
                  provider("best", 30, asked, new Offer.Unavailable("no device was found")),
                  provider("a", 20, asked, new Offer.Unavailable("too little memory"))));
      assertThat(chosen.backend()).isSameAs(device);
      assertThat(asked).containsExactly("best", "a", "b");
      assertThat(chosen.absences())
          .containsExactly(
              new Absence("best", "no device was found"), new Absence("a", "too little memory"));
    }
  }

  @Test
  void oneBelowTheCpuIsNotAsked() {
    List<String> asked = new ArrayList<>();
    BackendProvider below = provider("below", -1, asked, new Offer.Unavailable("asked in vain"));
    Backends.open(REQUEST, List.of(below)).backend().close();
    assertThat(asked).isEmpty();
  }

  @Test
  void oneThatThrowsLeavesTheWorkToTheCpu() {
    for (Throwable thrown :
        List.of(
            new IllegalStateException("no driver"),
            new UnsatisfiedLinkError("no driver"),
            new ServiceConfigurationError("no driver"))) {
      Backends.Chosen chosen = Backends.open(REQUEST, List.of(throwing(thrown)));
      chosen.backend().close();
      assertThat(chosen.absences())
          .containsExactly(new Absence("gpu", "it failed to open: " + thrown));
    }
  }

  @Test
  void servicesThatCannotBeReadLeaveTheWorkToTheCpu() {
    Iterable<BackendProvider> broken =
        () -> {
          throw new ServiceConfigurationError("not a provider");
        };
    Backends.Chosen chosen = Backends.open(REQUEST, broken);
    chosen.backend().close();
    assertThat(chosen.absences()).singleElement().asString().contains("not a provider");
  }

  @Test
  void whatTheCpuRefusesIsTheCallers() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Backends.open(new BackendRequest(1, Optional.of("warp"), BatchInvariance.OFF)))
        .withMessageContaining("'warp'");
    assertThatThrownBy(
            () -> Backends.open(new BackendRequest(-1, Optional.empty(), BatchInvariance.OFF)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found -1");
  }

  private static BackendProvider provider(String name, int rank, List<String> asked, Offer offer) {
    return new BackendProvider() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public int rank() {
        return rank;
      }

      @Override
      public Offer open(BackendRequest request) {
        assertThat(request).isEqualTo(REQUEST);
        asked.add(name);
        return offer;
      }
    };
  }

  private static BackendProvider throwing(Throwable thrown) {
    return new BackendProvider() {
      @Override
      public String name() {
        return "gpu";
      }

      @Override
      public int rank() {
        return 100;
      }

      @Override
      public Offer open(BackendRequest request) {
        switch (thrown) {
          case RuntimeException exception -> throw exception;
          case Error error -> throw error;
          default -> throw new AssertionError(thrown);
        }
      }
    };
  }
}
