package puna.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import puna.cli.command.JsonFacts;
import puna.cli.command.Table;
import puna.cli.command.Text;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// What a benchmark found, with everything that it depends on.
record BenchReport(
    Subject subject, Setting setting, Costs costs, Limit limit, List<Result> results) {

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
  /// @param cacheBytes of keys and values, once their blocks have been written
  record Costs(
      double loadSeconds,
      double firstTokenSeconds,
      Optional<Long> residentBytes,
      long cacheBytes) {}

  /// What bounds generating.
  ///
  /// @param weightBytes that one token reads
  /// @param positionBytes of keys and values that it reads for each position before it
  /// @param window the most positions that it sees
  /// @param bytesPerSecond that this machine reads with as many threads
  record Limit(long weightBytes, long positionBytes, int window, double bytesPerSecond) {
    /// The share of the limit that generating an answer reaches at `tokensPerSecond`.
    double share(BenchPlan.Test answer, double tokensPerSecond) {
      double positions = Math.min(window, answer.depth() + answer.length() / 2.0);
      return tokensPerSecond * (weightBytes + positions * positionBytes) / bytesPerSecond;
    }
  }

  /// One test's tokens a second, round by round.
  ///
  /// @param peer the same of the peer; empty where it has none
  record Result(BenchPlan.Test test, double[] rates, double[] peer) {
    double median() {
      return median(rates);
    }

    /// Our median over the peer's; NaN without a peer.
    double ratio() {
      return peer.length == 0 ? Double.NaN : median() / median(peer);
    }

    static double median(double[] rates) {
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
        String.format(
            Locale.ROOT,
            "%s, %s, %,d parameters, %s",
            subject.model(),
            subject.type(),
            subject.parameters(),
            Text.bytes(subject.bytes())));
    facts.row(
        "run on",
        "%s tier, %s threads, %s KV cache (%s)"
            .formatted(
                setting.tier(), setting.threads(), setting.kvPrecision(), setting.backend()));
    facts.row("loading", Text.decimal(costs.loadSeconds()) + " s");
    facts.row(
        "first token",
        Text.decimal(costs.firstTokenSeconds()) + " s after the start of the process");
    facts.row("resident memory", costs.residentBytes().map(this::resident).orElse("unknown"));
    facts.row(
        "read limit",
        "%s a second: %s tokens without context"
            .formatted(
                Text.bytes((long) limit.bytesPerSecond()),
                Text.decimal(limit.bytesPerSecond() / limit.weightBytes())));
    return facts.render("") + "\n" + rates().render("");
  }

  private String resident(long bytes) {
    long rest = bytes - subject.bytes() - costs.cacheBytes();
    return "%s: %s of weights, %s of cache%s"
        .formatted(
            Text.bytes(bytes),
            Text.bytes(subject.bytes()),
            Text.bytes(costs.cacheBytes()),
            rest < 0 ? "" : ", " + Text.bytes(rest) + " beside them");
  }

  private Table rates() {
    boolean hasPeer = results.stream().anyMatch(result -> result.peer().length > 0);
    List<String> head = new ArrayList<>(List.of("test", "tokens/s", "least", "most", "of limit"));
    if (hasPeer) {
      head.addAll(List.of("peer", "ratio"));
    }
    Table.Align[] aligns = new Table.Align[head.size()];
    Arrays.fill(aligns, Table.Align.RIGHT);
    aligns[0] = Table.Align.LEFT;
    Table table = new Table(aligns).row(head.toArray(String[]::new));
    for (Result result : results) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  result.test().name(),
                  Text.decimal(result.median()),
                  Text.decimal(result.least()),
                  Text.decimal(result.most()),
                  result.test().kind() == BenchPlan.Kind.ANSWER
                      ? Math.round(100 * limit.share(result.test(), result.median())) + " %"
                      : ""));
      if (hasPeer) {
        boolean known = result.peer().length > 0;
        row.add(known ? Text.decimal(Result.median(result.peer())) : "");
        row.add(known ? Text.decimal(result.ratio()) : "");
      }
      table.row(row.toArray(String[]::new));
    }
    return table;
  }

  JsonObject asJson() {
    List<JsonValue> tests = new ArrayList<>();
    for (Result result : results) {
      JsonObject.Builder test =
          JsonObject.builder()
              .put("test", result.test().name())
              .put("median", JsonFacts.number(result.median()))
              .put("rounds", numbers(result.rates()));
      if (result.test().kind() == BenchPlan.Kind.ANSWER) {
        test.put(
            "share_of_read_limit", JsonFacts.number(limit.share(result.test(), result.median())));
      }
      if (result.peer().length > 0) {
        test.put("peer_rounds", numbers(result.peer()))
            .put("ratio", JsonFacts.number(result.ratio()));
      }
      tests.add(test.build());
    }
    return JsonObject.builder()
        .put("model", subject.model())
        .put("type", subject.type())
        .put("parameters", subject.parameters())
        .put("bytes", subject.bytes())
        .put("backend", setting.backend())
        .put("tier", setting.tier())
        .put("threads", setting.threads())
        .put("kv_type", setting.kvPrecision())
        .put("load_seconds", JsonFacts.number(costs.loadSeconds()))
        .put("first_token_seconds", JsonFacts.number(costs.firstTokenSeconds()))
        .put(
            "resident_bytes",
            costs.residentBytes().<JsonValue>map(JsonNumber::of).orElse(JsonNull.NULL))
        .put("cache_bytes", costs.cacheBytes())
        .put("read_limit_bytes_per_second", JsonFacts.number(limit.bytesPerSecond()))
        .put("token_bytes", limit.weightBytes())
        .put("position_bytes", limit.positionBytes())
        .put("results", new JsonArray(tests))
        .build();
  }

  private static JsonArray numbers(double[] values) {
    return new JsonArray(Arrays.stream(values).<JsonValue>mapToObj(JsonNumber::of).toList());
  }
}
