package puna.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import puna.cli.command.CommandException;
import puna.cli.command.UsageException;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Another engine's benchmark, run beside ours.
///
/// The program is called as `COMMAND MODEL THREADS TEST…` with tests such as `pp512`, `tg64@4096`
/// and `tg64x16`, and prints for each test that it can do a line `{"test": "pp512",
/// "tokens_per_second": 281.5}`; other lines are skipped. A program named `llama-bench` is called
/// and read in its own way.
///
/// @param command the program, and arguments that come first
/// @param limit how long one call may take
record PeerProgram(List<String> command, Duration limit) {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int SHOWN = 500;

  /// @param commandLine words between spaces
  static PeerProgram of(String commandLine) {
    List<String> words = List.of(commandLine.strip().split("\\s+"));
    if (words.getFirst().isEmpty()) {
      throw new UsageException("--peer needs a program");
    }
    return new PeerProgram(words, LIMIT);
  }

  /// Tokens a second by test.
  Map<String, Double> run(Path model, int threads, List<BenchPlan.Test> tests)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("puna-peer", ".txt");
    try {
      int exit = run(arguments(model, threads, tests), output);
      String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      if (exit != 0) {
        throw new CommandException(
            "the peer %s ended with exit code %s: %s"
                .formatted(command.getFirst(), exit, end(text)));
      }
      Map<String, Double> rates = rates(text);
      if (rates.isEmpty()) {
        throw new CommandException(
            "the peer %s printed no line such as {\"test\": \"pp512\", \"tokens_per_second\": 99.5}: %s"
                .formatted(command.getFirst(), end(text)));
      }
      return rates;
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private int run(List<String> arguments, Path output) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(arguments)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new CommandException(
          "the peer %s cannot be started: %s".formatted(command.getFirst(), e.getMessage()), e);
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CommandException(
            "the peer %s was still running after %s s and was stopped"
                .formatted(command.getFirst(), limit.toSeconds()));
      }
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private List<String> arguments(Path model, int threads, List<BenchPlan.Test> tests) {
    List<String> arguments = new ArrayList<>(command);
    if (isLlamaBench()) {
      arguments.addAll(
          List.of("-m", model.toString(), "-t", "" + threads, "-r", "1", "-o", "jsonl"));
      arguments.addAll(List.of("-p", lengths(tests, BenchPlan.Kind.PROMPT)));
      arguments.addAll(List.of("-n", lengths(tests, BenchPlan.Kind.ANSWER)));
    } else {
      arguments.addAll(List.of(model.toString(), "" + threads));
      tests.forEach(test -> arguments.add(test.name()));
    }
    return arguments;
  }

  private boolean isLlamaBench() {
    return Path.of(command.getFirst()).getFileName().toString().startsWith("llama-bench");
  }

  /// Depth and side by side are other programs' business there.
  private static String lengths(List<BenchPlan.Test> tests, BenchPlan.Kind kind) {
    List<String> lengths =
        tests.stream()
            .filter(test -> test.kind() == kind && !test.name().contains("@"))
            .map(test -> "" + test.length())
            .toList();
    return lengths.isEmpty() ? "0" : String.join(",", lengths);
  }

  private static Map<String, Double> rates(String text) {
    Map<String, Double> rates = new LinkedHashMap<>();
    text.lines()
        .filter(line -> line.startsWith("{"))
        .forEach(line -> {
          try {
            if (Json.parse(line, "peer") instanceof JsonObject object) {
              add(object, rates);
            }
          } catch (JsonException e) {
            // a line for people that begins with a brace
          }
        });
    return rates;
  }

  private static void add(JsonObject line, Map<String, Double> rates) {
    OptionalDouble rate = number(line, "tokens_per_second");
    if (line.get("test").orElse(null) instanceof JsonString(String test) && rate.isPresent()) {
      rates.put(test, rate.getAsDouble());
    }
    OptionalDouble prompt = number(line, "n_prompt");
    OptionalDouble answer = number(line, "n_gen");
    OptionalDouble average = number(line, "avg_ts");
    if (prompt.isPresent() && answer.isPresent() && average.isPresent()) {
      String test =
          prompt.getAsDouble() > 0
              ? "pp" + (long) prompt.getAsDouble()
              : "tg" + (long) answer.getAsDouble();
      rates.put(test, average.getAsDouble());
    }
  }

  private static OptionalDouble number(JsonObject object, String name) {
    JsonValue value = object.get(name).orElse(null);
    return value instanceof JsonNumber number
        ? OptionalDouble.of(number.asDouble())
        : OptionalDouble.empty();
  }

  private static String end(String text) {
    String shown = text.strip();
    return shown.isEmpty()
        ? "it printed nothing"
        : shown.substring(Math.max(0, shown.length() - SHOWN));
  }
}
