package puna.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  @Test
  void textIsWhatPrometheusReads() {
    Metrics metrics = new Metrics();
    Metrics.Counter tokens = metrics.counter("tokens_total", "Tokens.");
    metrics.gauge("busy", "Busy ones.", () -> 0.5);
    tokens.add(2);
    tokens.add(3);
    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP tokens_total Tokens.
            # TYPE tokens_total counter
            tokens_total 5
            # HELP busy Busy ones.
            # TYPE busy gauge
            busy 0.5
            """);
  }

  @Test
  void bucketsOfAHistogramAddUp() {
    Metrics metrics = new Metrics();
    Metrics.Histogram seconds = metrics.histogram("seconds", "Time.", 0.1, 1);
    seconds.record(Map.of("model", "a\"b\\c\nd"), 0.05);
    seconds.record(Map.of("model", "a\"b\\c\nd"), 0.5);
    seconds.record(Map.of("model", "a\"b\\c\nd"), 5);
    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP seconds Time.
            # TYPE seconds histogram
            seconds_bucket{model="a\\"b\\\\c\\nd",le="0.1"} 1
            seconds_bucket{model="a\\"b\\\\c\\nd",le="1"} 2
            seconds_bucket{model="a\\"b\\\\c\\nd",le="+Inf"} 3
            seconds_sum{model="a\\"b\\\\c\\nd"} 5.55
            seconds_count{model="a\\"b\\\\c\\nd"} 3
            """);
  }

  @Test
  void labelsThatNeverEndAreLeftOut() {
    Metrics metrics = new Metrics();
    Metrics.Histogram seconds = metrics.histogram("seconds", "Time.", 1);
    for (int i = 0; i < 2000; i++) {
      seconds.record(Map.of("model", "m" + i), 0.5);
    }
    assertThat(metrics.text().lines().filter(line -> line.startsWith("seconds_count")))
        .hasSize(500);
  }
}
