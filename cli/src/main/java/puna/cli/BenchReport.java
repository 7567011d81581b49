package puna.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// What a benchmark found, with everything that it depends on.
record BenchReport(Subject subject, Setting setting, Costs costs, List<Result> results) {

  /// The model.
  ///
  /// @param type of most of its weights
  /// @param bytes of its tensors in the file
  record Subject(String model, String type, long parameters, long bytes) {}

  /// How it was run.
  ///
  /// @param tier that multiplies by most of its weights
  record Setting(String backend, String tier, int threads, String kvPrecision) {}

  /// What it took beside the tests.
  ///
  /// @param firstTokenSeconds from the start of the process to the first token behind a prompt of
  ///   16 tokens; NaN where the system does not tell when that was
  /// @param residentBytes of the process at the end
  record Costs(double loadSeconds, double firstTokenSeconds, Optional<Long> residentBytes) {}

  /// One test's tokens a second, round by round.
  record Result(String test, double[] rates) {
    double median() {
      double[] sorted = rates.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double least() {
      return Arrays.stream(rates).min().orElse(Double.NaN);
    }

    double most() {
      return Arrays.stream(rates).max().orElse(Double.NaN);
    }
  }

  String asText() {
    Table facts = new Table(Table.Align.LEFT, Table.Align.LEFT);
    facts.row(
        "model",
        "%s, %s, %,d parameters, %s"
            .formatted(
                subject.model(),
                subject.type(),
                subject.parameters(),
                Text.bytes(subject.bytes())));
    facts.row(
        "run on",
        "%s tier, %d threads, %s KV cache (%s)"
            .formatted(
                setting.tier(), setting.threads(), setting.kvPrecision(), setting.backend()));
    facts.row("loading", Text.decimal(costs.loadSeconds()) + " s");
    facts.row(
        "first token",
        Text.decimal(costs.firstTokenSeconds()) + " s after the start of the process");
    facts.row(
        "resident memory",
        costs
            .residentBytes()
            .map(bytes ->
                "%s, %s × the weights"
                    .formatted(Text.bytes(bytes), Text.decimal((double) bytes / subject.bytes())))
            .orElse("unknown"));
    Table rates =
        new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT, Table.Align.RIGHT)
            .row("test", "tokens/s", "least", "most");
    for (Result result : results) {
      rates.row(
          result.test(),
          Text.decimal(result.median()),
          Text.decimal(result.least()),
          Text.decimal(result.most()));
    }
    return facts.render("") + "\n" + rates.render("");
  }

  JsonObject asJson() {
    List<JsonValue> tests = new ArrayList<>();
    for (Result result : results) {
      tests.add(
          JsonFacts.object()
              .put("test", result.test())
              .put("median", result.median())
              .put(
                  "rounds",
                  new JsonArray(
                      Arrays.stream(result.rates()).<JsonValue>mapToObj(JsonNumber::of).toList()))
              .build());
    }
    return JsonFacts.object()
        .put("model", subject.model())
        .put("type", subject.type())
        .put("parameters", subject.parameters())
        .put("bytes", subject.bytes())
        .put("backend", setting.backend())
        .put("tier", setting.tier())
        .put("threads", setting.threads())
        .put("kv_type", setting.kvPrecision())
        .put("load_seconds", costs.loadSeconds())
        .put("first_token_seconds", costs.firstTokenSeconds())
        .put(
            "resident_bytes",
            costs.residentBytes().<JsonValue>map(JsonNumber::of).orElse(JsonNull.NULL))
        .put("results", new JsonArray(tests))
        .build();
  }
}
