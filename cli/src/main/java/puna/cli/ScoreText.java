package puna.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import puna.Generation;
import puna.cli.command.JsonFacts;
import puna.cli.command.Table;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.sample.TokenProbability;
import puna.token.Tokenizer;

/// Log-probabilities of tokens, for people and for programs.
final class ScoreText {
  private final Tokenizer tokenizer;

  ScoreText(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// One token a line: id, piece, log-probability, and its rivals.
  String table(Generation generation) {
    Table table =
        new Table(Table.Align.RIGHT, Table.Align.LEFT, Table.Align.RIGHT, Table.Align.LEFT);
    generation.promptLogProbabilities().forEach(token -> row(table, token));
    generation.logProbabilities().forEach(token -> row(table, token));
    return table.render("");
  }

  private void row(Table table, TokenProbability token) {
    table.row(
        String.valueOf(token.token()),
        tokenizer.piece(token.token()),
        number(token.logProbability()),
        token.likeliest().stream()
            .map(rival -> tokenizer.piece(rival.token()) + " " + number(rival.logProbability()))
            .collect(Collectors.joining("  ")));
  }

  JsonArray json(List<TokenProbability> tokens) {
    return new JsonArray(tokens.stream().<JsonValue>map(this::json).toList());
  }

  private JsonObject json(TokenProbability token) {
    return entry(token.token(), token.logProbability())
        .put(
            "top_logprobs",
            new JsonArray(
                token.likeliest().stream()
                    .<JsonValue>map(rival -> entry(rival.token(), rival.logProbability()).build())
                    .toList()))
        .build();
  }

  private JsonObject.Builder entry(int token, double logProbability) {
    return JsonObject.builder()
        .put("id", token)
        .put("token", tokenizer.piece(token))
        .put("logprob", JsonFacts.number(logProbability));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
