package puna.chat.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.chat.tools.ToolUse.Calls;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.grammar.schema.SchemaOptions;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The grammar of all messages that are nothing but calls of given tools, whose arguments keep to
/// the tools' schemas.
///
/// [ToolFormat#PYTHON_LIST] is bound to JSON calls, which its models know too: a schema says what
/// JSON may be, not what Python may be. Where the model may choose, a tool whose schema cannot be
/// kept is bound to any JSON object; where it must call, that schema is refused.
public final class ToolGrammar {
  /// Calls that one message may have.
  private static final int MOST_CALLS = 16;

  private static final JsonObject NO_PROPERTIES = JsonObject.builder().build();

  /// Keywords that forbid nothing.
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "$anchor",
          "$comment",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly");

  /// Arguments that a tool does not name are none that it could use, though a schema allows them
  /// unless it says otherwise; small models write many.
  private static final SchemaOptions ARGUMENTS =
      SchemaOptions.defaults().withObjects(SchemaOptions.Objects.CLOSED);

  private static final CharacterSet SPACE =
      new CharacterSet(
          List.of((int) '\t', (int) '\n', (int) '\r', (int) '\r', (int) ' ', (int) ' '));
  private static final CharacterSet ID_PART =
      new CharacterSet(List.of((int) '0', (int) '9', (int) 'A', (int) 'Z', (int) 'a', (int) 'z'));

  private final ToolUse use;
  private final ToolFormat format;
  private final Predicate<String> isSpecial;
  private final Map<String, Rule> rules = new LinkedHashMap<>();

  private ToolGrammar(ToolUse use, ToolFormat format, Predicate<String> isSpecial) {
    this.use = use;
    this.format = format;
    this.isSpecial = isSpecial;
  }

  /// @param use at least one tool that is shown
  /// @param isSpecial true for marks that are special tokens of the vocabulary
  /// @throws GrammarException when a tool must be called whose schema is wrong or cannot be kept
  public static Grammar of(ToolUse use, ToolFormat format, Predicate<String> isSpecial) {
    return new ToolGrammar(use, format, isSpecial).grammar();
  }

  /// What the text of a call of this format begins with: a mark, or `{`.
  public static String opening(ToolFormat format) {
    return switch (format) {
      case LLAMA_JSON, PYTHON_LIST -> "{";
      case FUNCTION_TAG -> CallMarks.FUNCTION;
      case HERMES -> CallMarks.TOOL_CALL;
      case MISTRAL, MISTRAL_NAMED -> CallMarks.TOOL_CALLS;
      case FUNCTIONARY -> CallMarks.RECIPIENT;
      case FIREFUNCTION -> CallMarks.FIREFUNCTION;
      case NEMOTRON -> CallMarks.NEMOTRON;
      case DEEPSEEK -> CallMarks.DEEPSEEK_CALLS;
    };
  }

  /// The texts of which each opens a call, where a call opens with more than a mark.
  public static List<String> openings(ToolUse use, ToolFormat format) {
    // Behind functionary's mark may also stand that text follows.
    return format == ToolFormat.FUNCTIONARY
        ? use.shown().stream().map(tool -> CallMarks.RECIPIENT + tool.name() + "\n").toList()
        : List.of(opening(format));
  }

  private Grammar grammar() {
    List<Tool> tools =
        use.choice() instanceof ToolChoice.Named(String name)
            ? use.tools().stream().filter(tool -> tool.name().equals(name)).toList()
            : use.shown();
    List<Rule> calls = new ArrayList<>();
    for (int i = 0; i < tools.size(); i++) {
      calls.add(call(tools.get(i), arguments(tools.get(i), "tool" + i + "-")));
    }
    rules.put("call", new Choice(calls));
    rules.put("root", root(new Reference("call")));
    return new Grammar(rules, "root");
  }

  private Rule root(Rule call) {
    Rule space = new Repeat(SPACE, 0, 2);
    return switch (format) {
      case LLAMA_JSON, PYTHON_LIST -> sequence(space, several(call, choice("", "\n", ";", "; ")));
      case FUNCTION_TAG, HERMES -> sequence(space, several(call, choice("", "\n")));
      case MISTRAL -> sequence(mark(CallMarks.TOOL_CALLS), choice("", " "), list(call));
      case MISTRAL_NAMED -> several(call, new Literal(""));
      // A message that begins with a call has no mark before it: the prompt ends with the mark.
      case FUNCTIONARY ->
          sequence(
              new Repeat(mark(CallMarks.RECIPIENT), 0, 1),
              several(call, mark(CallMarks.RECIPIENT)));
      case FIREFUNCTION ->
          sequence(choice("", " "), mark(CallMarks.FIREFUNCTION), list(call), choice("", "\n"));
      case NEMOTRON -> sequence(mark(CallMarks.NEMOTRON), list(call), mark(CallMarks.NEMOTRON_END));
      case DEEPSEEK ->
          sequence(
              mark(CallMarks.DEEPSEEK_CALLS),
              several(call, choice("\n", "")),
              mark(CallMarks.DEEPSEEK_CALLS_END));
    };
  }

  private Rule list(Rule call) {
    return sequence(new Literal("["), several(call, choice(",", ", ")), new Literal("]"));
  }

  private Rule several(Rule call, Rule separator) {
    int more = use.calls() == Calls.ONE ? 0 : MOST_CALLS - 1;
    return more == 0 ? call : sequence(call, new Repeat(sequence(separator, call), 0, more));
  }

  private Rule call(Tool tool, Rule arguments) {
    String name = tool.name();
    return switch (format) {
      case LLAMA_JSON, PYTHON_LIST -> looseObject(name, arguments);
      case FUNCTION_TAG ->
          sequence(
              mark(CallMarks.FUNCTION),
              new Literal(name + ">"),
              arguments,
              mark(CallMarks.FUNCTION_END));
      case HERMES ->
          sequence(
              mark(CallMarks.TOOL_CALL),
              choice("\n", ""),
              object(name, "arguments", arguments, new Literal("")),
              choice("\n", ""),
              mark(CallMarks.TOOL_CALL_END));
      case MISTRAL -> object(name, "arguments", arguments, mistralId());
      case FIREFUNCTION, NEMOTRON -> object(name, "arguments", arguments, new Literal(""));
      case FUNCTIONARY -> sequence(new Literal(name + "\n"), arguments);
      case DEEPSEEK ->
          sequence(
              mark(CallMarks.DEEPSEEK_CALL),
              new Literal("function"),
              mark(CallMarks.DEEPSEEK_SEPARATOR),
              new Literal(name + "\n```json\n"),
              arguments,
              new Literal("\n```"),
              mark(CallMarks.DEEPSEEK_CALL_END));
      case MISTRAL_NAMED ->
          sequence(
              mark(CallMarks.TOOL_CALLS), new Literal(name), mark(CallMarks.ARGUMENTS), arguments);
    };
  }

  /// As models write it that have seen many such objects: with spaces or without, and the shape of
  /// the tools in front.
  private static Rule looseObject(String name, Rule arguments) {
    Rule space = choice("", " ");
    Rule colon = sequence(space, new Literal(":"), space);
    Rule comma = sequence(space, new Literal(","), space);
    Rule type = sequence(new Literal("\"type\""), colon, new Literal("\"function\""), comma);
    return sequence(
        new Literal("{"),
        space,
        new Repeat(type, 0, 1),
        new Literal("\"name\""),
        colon,
        new Literal("\"" + name + "\""),
        comma,
        choice("\"parameters\"", "\"arguments\""),
        colon,
        arguments,
        space,
        new Literal("}"));
  }

  private static Rule object(String name, String key, Rule arguments, Rule more) {
    // A tool's name needs no escapes.
    String opening = "{\"name\": \"%s\", \"%s\": ".formatted(name, key);
    return sequence(new Literal(opening), arguments, more, new Literal("}"));
  }

  private static Rule mistralId() {
    Rule id = sequence(new Literal(", \"id\": \""), new Repeat(ID_PART, 9, 9), new Literal("\""));
    return new Repeat(id, 0, 1);
  }

  private Rule arguments(Tool tool, String prefix) {
    Grammar arguments = compile(tool);
    arguments
        .rules()
        .forEach((name, rule) -> rules.put(prefix + name, RuleNames.prefixed(rule, prefix)));
    return new Reference(prefix + arguments.root());
  }

  private Grammar compile(Tool tool) {
    try {
      return JsonSchemaCompiler.compile(asObject(tool.parameters()), ARGUMENTS);
    } catch (GrammarException e) {
      if (use.choice() instanceof ToolChoice.Auto) {
        return JsonSchemaCompiler.anyObject();
      }
      throw new GrammarException("tool %s: %s".formatted(tool.name(), e.getMessage()));
    }
  }

  /// Arguments are an object even where the schema forgets to say so, and an empty one where it
  /// says nothing of any: so servers describe tools without arguments, and a small model makes some
  /// up. A schema that says no more than `"type": "object"` is one of any arguments.
  private static JsonObject asObject(JsonObject schema) {
    // also where other types are allowed beside it
    JsonObject.Builder object = schema.toBuilder().put("type", "object");
    if (saysNothing(schema)) {
      object.put("additionalProperties", false);
    }
    return object.build();
  }

  private static boolean saysNothing(JsonObject schema) {
    Map<String, JsonValue> rules = new LinkedHashMap<>(schema.members());
    rules.keySet().removeAll(ANNOTATIONS);
    boolean hasEmptyList = NO_PROPERTIES.equals(rules.remove("properties"));
    rules.remove("required", new JsonArray(List.of()));
    boolean saysObject = rules.remove("type", new JsonString("object"));
    return rules.isEmpty() && (hasEmptyList || !saysObject);
  }

  private Rule mark(String mark) {
    return isSpecial.test(mark) ? new Token(mark, false) : new Literal(mark);
  }

  private static Rule choice(String... texts) {
    List<Rule> options = new ArrayList<>();
    for (String text : texts) {
      options.add(new Literal(text));
    }
    return new Choice(options);
  }

  private static Rule sequence(Rule... parts) {
    return new Sequence(List.of(parts));
  }
}
