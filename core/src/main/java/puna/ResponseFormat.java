package puna;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.util.List;
import puna.json.JsonValue;
import puna.json.bind.JsonSchemas;

/// What an answer may be. The model cannot answer otherwise.
public sealed interface ResponseFormat {
  /// Any text.
  record Text() implements ResponseFormat {}

  /// Any JSON object.
  record AnyJsonObject() implements ResponseFormat {}

  /// JSON that is valid under a schema (draft 2020-12).
  record JsonSchema(JsonValue schema) implements ResponseFormat {
    public JsonSchema {
      requireNonNull(schema, "schema");
    }
  }

  /// Text that a grammar admits.
  ///
  /// @param gbnf in llama.cpp's dialect of BNF
  record GrammarText(String gbnf) implements ResponseFormat {
    public GrammarText {
      requireNonNull(gbnf, "gbnf");
    }
  }

  /// Text that a regular expression matches from its first to its last character.
  record Regex(String pattern) implements ResponseFormat {
    public Regex {
      requireNonNull(pattern, "pattern");
    }
  }

  /// One of some texts.
  record Choices(List<String> texts) implements ResponseFormat {
    public Choices {
      texts = List.copyOf(texts);
    }
  }

  static ResponseFormat text() {
    return new Text();
  }

  static ResponseFormat jsonObject() {
    return new AnyJsonObject();
  }

  static ResponseFormat jsonSchema(JsonValue schema) {
    return new JsonSchema(schema);
  }

  /// JSON of a record, sealed interface, enum, or any other type that has a JSON form.
  ///
  /// @throws IllegalArgumentException when the type has none
  static ResponseFormat jsonOf(Type type) {
    return new JsonSchema(JsonSchemas.of(type));
  }

  static ResponseFormat grammar(String gbnf) {
    return new GrammarText(gbnf);
  }

  static ResponseFormat regex(String pattern) {
    return new Regex(pattern);
  }

  static ResponseFormat choices(String... texts) {
    return new Choices(List.of(texts));
  }
}
