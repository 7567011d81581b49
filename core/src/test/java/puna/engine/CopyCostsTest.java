package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Copying or computing, whichever is cheaper.
class CopyCostsTest {
  private static final int BLOCK = 64;

  @Test
  void whatIsUnknownIsAssumedToPay() {
    CopyCosts costs = new CopyCosts(BLOCK);
    assertThat(costs.isKept()).isTrue();
    costs.out(1_000_000);
    costs.back(1_000_000);
    assertThat(costs.isKept()).isTrue();
    assertThat(costs.isTakenBack()).isTrue();
  }

  @Test
  void aCopyPaysWhereOutAndBackAreFasterThanComputing() {
    CopyCosts costs = new CopyCosts(BLOCK);
    costs.computed(64_000, 64); // a microsecond a position
    costs.out(30_000);
    costs.back(30_000);
    assertThat(costs.isKept()).isTrue();
    costs.out(80_000);
    assertThat(costs.isKept()).isFalse();
    assertThat(costs.isTakenBack()).isTrue();
  }

  @Test
  void aCopyThatTakesAsLongAsComputingDoesNotPay() {
    CopyCosts costs = new CopyCosts(BLOCK);
    costs.computed(640_000, 640); // 64 microseconds a block
    costs.out(31_999); // and as much back, as long as that is unknown
    assertThat(costs.isKept()).isTrue();
    CopyCosts dear = new CopyCosts(BLOCK);
    dear.computed(640_000, 640);
    dear.out(32_000);
    assertThat(dear.isKept()).isFalse();
    dear.back(64_000);
    assertThat(dear.isTakenBack()).isFalse();
    assertThat(dear.isTakenBack()).isTrue(); // it looks a little cheaper the second time
  }

  @Test
  void whatDoesNotPayIsTriedAgainOneDay() {
    CopyCosts costs = new CopyCosts(BLOCK);
    costs.computed(64_000, 64);
    costs.out(500_000);
    costs.back(500_000);
    int refused = 0;
    while (!costs.isKept()) {
      refused++;
    }
    assertThat(refused).isBetween(100, 1000);
    costs.back(5_000_000);
    refused = 0;
    while (!costs.isTakenBack()) {
      refused++;
    }
    assertThat(refused).isBetween(50, 1000);
  }
}
