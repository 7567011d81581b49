package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What callers were served, while they come and go.
class CallerSharesTest {
  private final CallerShares shares = new CallerShares();

  @Test
  void aCallerWhoComesBackSavedNothingUp() {
    CallerShares.Share busy = shares.arrive("busy");
    busy.read(1_000);
    CallerShares.Share idle = shares.arrive("idle");
    assertThat(idle.served()).isEqualTo(1_000);
    idle.generated(10);
    assertThat(idle.served()).isEqualTo(1_020);
    shares.leave(idle);
    busy.read(5);
    assertThat(shares.arrive("idle").served()).isEqualTo(1_020);
  }

  @Test
  void whoComesCountsAsTheLeastServedOfThoseWhoAreThere() {
    CallerShares.Share much = shares.arrive("much");
    much.read(1_000);
    CallerShares.Share little = shares.arrive("little");
    CallerShares.Share gone = shares.arrive("gone");
    little.read(200);
    much.read(500);
    shares.leave(gone); // it was served least, and is not there any more
    assertThat(shares.arrive("new").served()).isEqualTo(1_200);
    assertThat(shares.arrive("gone").served()).isEqualTo(1_200);
  }

  @Test
  void whoComesBackToNobodyHasWhatItHad() {
    CallerShares.Share alone = shares.arrive("alone");
    assertThat(alone.served()).isZero();
    alone.read(70);
    shares.leave(alone);
    assertThat(shares.arrive("alone").served()).isEqualTo(70);
  }

  @Test
  void aCallerIsThereUntilTheLastOfItsRequestsIsGone() {
    CallerShares.Share first = shares.arrive("one");
    assertThat(shares.arrive("one")).isSameAs(first);
    first.read(30);
    shares.leave(first);
    assertThat(shares.arrive("other").served()).isEqualTo(30); // beside the one
    shares.leave(first);
    CallerShares.Share other = shares.arrive("other");
    other.read(5);
    assertThat(shares.arrive("third").served()).isEqualTo(35);
  }

  @Test
  void remembersTheLast4096WhoAreAway() {
    visit("first", 50);
    for (int i = 1; i < 4096; i++) {
      visit("caller " + i, 1);
    }
    assertThat(visit("first", 0)).isEqualTo(50);
    for (int i = 0; i < 4096; i++) {
      visit("another " + i, 1);
    }
    assertThat(visit("first", 0)).isZero();
  }

  /// One request of a caller when no other is there.
  ///
  /// @return what it was served before
  private long visit(String caller, int tokens) {
    CallerShares.Share share = shares.arrive(caller);
    long before = share.served();
    share.read(tokens);
    shares.leave(share);
    return before;
  }
}
