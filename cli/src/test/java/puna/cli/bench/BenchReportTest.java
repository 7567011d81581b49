package puna.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchReportTest {
  @Test
  void theMedianIsTheMiddleRound() {
    assertThat(BenchReport.Result.median(new double[] {3, 1, 2})).isEqualTo(2);
    assertThat(BenchReport.Result.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
  }

  @Test
  void benchReportsEverythingThatItDependsOn() {
    BenchReport report =
        new BenchReport(
            new BenchReport.Subject("Tiny", "Q4_0", 1000, 562),
            new BenchReport.Setting("CPU", "vector", 2, "F16"),
            new BenchReport.Costs(0.5, Double.NaN, Optional.of(900L), 38),
            new BenchReport.Limit(500, 10, 40, 20_000),
            List.of(
                result(BenchPlan.Kind.PROMPT, "pp512", new double[] {10, 20, 30}, 40, 10, 10),
                result(BenchPlan.Kind.ANSWER, "tg64", new double[] {30}),
                answerBehind(20, "tg4@20", 25),
                answerBehind(100, "tg4@100", 20)));

    assertThat(report.asText())
        .contains("Tiny, Q4_0, 1,000 parameters", "vector tier, 2 threads")
        .contains("900 B: 562 B of weights, 38 B of cache, 300 B beside them")
        .containsPattern("test +tokens/s +least +most +of limit +peer +ratio")
        .containsPattern("pp512 +20.00 +10.00 +30.00 +10.00 +2.00\n")
        .containsPattern("tg64 +30.00 +30.00 +30.00 +76 %\n") // 500 bytes and half a position
        .containsPattern("tg4@20 +25.00 +25.00 +25.00 +90 %\n") // 500 bytes and 22 positions
        .containsPattern("tg4@100 +20.00 +20.00 +20.00 +90 %\n"); // 500 bytes and the window
    assertThat(report.asJson().members())
        .containsKeys(
            "model", "type", "tier", "threads", "load_seconds", "first_token_seconds", "results");
  }

  private static BenchReport.Result result(
      BenchPlan.Kind kind, String test, double[] rates, double... peer) {
    return new BenchReport.Result(new BenchPlan.Test(kind, test, 1, 0, 1), rates, peer);
  }

  private static BenchReport.Result answerBehind(int depth, String name, double rate) {
    BenchPlan.Test test = new BenchPlan.Test(BenchPlan.Kind.ANSWER, name, 4, depth, 1);
    return new BenchReport.Result(test, new double[] {rate}, new double[] {});
  }
}
