package puna.grammar.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The official suite's groups, and what a compiler makes of them.
final class JsonSchemaSuite {
  private JsonSchemaSuite() {}

  record Instance(String what, String text, boolean valid) {}

  record Group(String file, String name, JsonValue schema, List<Instance> instances) {}

  /// @param notes what is refused, wrongly accepted or rejected, a line each
  record Result(
      int groups,
      int refused,
      int right,
      int invalidAccepted,
      int invalid,
      int validRejected,
      int valid,
      List<String> notes) {}

  static List<Group> groups() {
    try (InputStream in =
        JsonSchemaSuite.class.getResourceAsStream("/json-schema-suite/draft2020-12.jsonl")) {
      if (in == null) {
        throw new IllegalStateException("the suite's file is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(JsonSchemaSuite::group)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Group group(String text) {
    JsonObject line = (JsonObject) Json.parse(text, "suite");
    List<Instance> instances = new ArrayList<>();
    for (JsonValue test : ((JsonArray) line.get("tests").orElseThrow()).elements()) {
      JsonObject fields = (JsonObject) test;
      boolean valid = fields.get("valid").orElseThrow() == JsonBoolean.TRUE;
      instances.add(new Instance(text(fields, "d"), text(fields, "s"), valid));
    }
    return new Group(
        text(line, "file"), text(line, "group"), line.get("schema").orElseThrow(), instances);
  }

  private static String text(JsonObject object, String name) {
    return ((JsonString) object.get(name).orElseThrow()).value();
  }

  /// By the rules' meaning and by their automaton, which agree but for what is asked besides.
  private static boolean accepts(Grammar grammar, CompiledGrammar compiled, String text) {
    boolean byRules = RuleMatcher.accepts(grammar, text);
    boolean accepted = compiled.accepts(text);
    if (accepted != byRules && (accepted || !new RandomWalk(grammar, () -> 0).isAsked())) {
      throw new AssertionError("rules and automaton disagree on " + text);
    }
    return accepted;
  }

  static Result run(SchemaOptions options) {
    return run(groups(), options);
  }

  static Result run(List<Group> groups, SchemaOptions options) {
    int refused = 0;
    int right = 0;
    int[] counts = new int[4];
    List<String> notes = new ArrayList<>();
    for (Group group : groups) {
      String place = group.file() + " | " + group.name() + " | ";
      try {
        Grammar grammar = JsonSchemaCompiler.compile(group.schema(), options);
        CompiledGrammar compiled = CompiledGrammar.compile(grammar);
        boolean all = true;
        for (Instance instance : group.instances()) {
          boolean accepted = accepts(grammar, compiled, instance.text());
          counts[instance.valid() ? 3 : 1]++;
          if (accepted != instance.valid()) {
            all = false;
            counts[instance.valid() ? 2 : 0]++;
            notes.add((accepted ? "ACCEPTED " : "rejected ") + place + instance);
          }
        }
        right += all ? 1 : 0;
      } catch (GrammarException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("admits nothing")
            && group.instances().stream().noneMatch(Instance::valid)) {
          counts[1] += group.instances().size(); // refused, for there is nothing to generate
          right++;
          continue;
        }
        refused++;
        notes.add("refused " + place + e.getMessage());
      }
    }
    return new Result(
        groups.size(), refused, right, counts[0], counts[1], counts[2], counts[3], notes);
  }
}
