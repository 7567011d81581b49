package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.chat.tools.ToolUse.Calls;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.FewTokens;
import puna.grammar.mask.GrammarMask;
import puna.grammar.mask.ReadableJsonMask;
import puna.grammar.mask.StateMasks;
import puna.grammar.mask.TokenMask;
import puna.grammar.mask.TokenTrie;
import puna.json.Json;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.token.TextDecoder;
import puna.token.Tokenizer;

class ToolGrammarTest {
  enum Unit {
    CELSIUS,
    FAHRENHEIT
  }

  record Weather(Unit unit, boolean tomorrow, List<Unit> others) {}

  record Count(byte first) {}

  private static final Tool WEATHER =
      Tool.of("get_weather", "Tells the weather.", JsonSchemas.of(Weather.class));
  private static final Tool COUNT = Tool.of("count", "Counts.", JsonSchemas.of(Count.class));
  private static final List<Tool> TOOLS = List.of(WEATHER, COUNT);
  private static final int MOST_TOKENS = 4000;

  @ParameterizedTest
  @EnumSource(ToolFormat.class)
  void whateverRandomLogitsWriteIsValidCalls(ToolFormat format) {
    for (Set<String> marks : List.of(format.marks(), Set.<String>of())) {
      Tokenizer tokenizer = MarkedVocabulary.with(marks);
      StateMasks several = masks(ToolUse.auto(TOOLS), format, tokenizer);
      StateMasks named =
          masks(new ToolUse(TOOLS, ToolChoice.named("count"), Calls.ONE), format, tokenizer);
      for (long seed = 0; seed < 150; seed++) {
        ChatMessage message = answer(several.mask(), format, tokenizer, seed);
        assertThat(message.text()).as("seed %s", seed).isEmpty();
        assertThat(message.toolCalls()).as("seed %s", seed).isNotEmpty();
        message.toolCalls().forEach(ToolGrammarTest::requireValid);
        ChatMessage one = answer(named.mask(), format, tokenizer, seed);
        assertThat(one.toolCalls()).as("seed %s", seed).hasSize(1);
        assertThat(one.toolCalls().getFirst().name()).isEqualTo("count");
        requireValid(one.toolCalls().getFirst());
      }
    }
  }

  /// A model that would nest for ever, or write digits for ever, still makes a call that is read.
  @ParameterizedTest
  @EnumSource(ToolFormat.class)
  void whatAnyJsonMayBeIsRead(ToolFormat format) {
    Tokenizer tokenizer = MarkedVocabulary.with(format.marks());
    Tool any =
        Tool.of(
            "any",
            "",
            (JsonObject)
                Json.parse(
                    "{\"properties\": {\"x\": {}}, \"required\": [\"x\"], \"additionalProperties\": false}",
                    "a schema"));
    StateMasks masks =
        masks(new ToolUse(List.of(any), ToolChoice.required(), Calls.ONE), format, tokenizer);
    for (String wanted : List.of("[", "7", "7.", "{")) {
      ChatMessage message =
          answer(new Wanting(new ReadableJsonMask(masks), tokenizer, wanted), format, tokenizer, 1);
      assertThat(message.toolCalls()).as(wanted).hasSize(1);
      JsonObject arguments = message.toolCalls().getFirst().arguments();
      assertThat(Json.parse(Json.write(arguments), "the arguments")).isEqualTo(arguments);
    }
  }

  /// Names that the model chooses, of which chance would write many twice.
  @ParameterizedTest
  @EnumSource(ToolFormat.class)
  void noNameComesTwiceInAnObject(ToolFormat format) {
    Tokenizer tokenizer = MarkedVocabulary.with(format.marks());
    String schema =
        "{'properties': {'x': {'type': 'object', 'propertyNames': {'pattern': '^[ab]$'},"
            + " 'additionalProperties': {'type': 'boolean'}}}, 'required': ['x'],"
            + " 'additionalProperties': false}";
    Tool any = Tool.of("any", "", (JsonObject) Json.parse(schema.replace('\'', '"'), "a schema"));
    StateMasks masks =
        masks(new ToolUse(List.of(any), ToolChoice.required(), Calls.ONE), format, tokenizer);
    int members = 0;
    for (long seed = 0; seed < 300; seed++) {
      Recording mask = new Recording(new ReadableJsonMask(masks), tokenizer);
      ChatMessage message = answer(mask, format, tokenizer, seed);
      JsonObject arguments = message.toolCalls().getFirst().arguments();
      String written = mask.text.toString();
      for (String name : List.of("\"a\"", "\"b\"")) {
        assertThat(written.indexOf(name)).as(written).isEqualTo(written.lastIndexOf(name));
      }
      members += ((JsonObject) arguments.get("x").orElseThrow()).members().size();
    }
    assertThat(members).isGreaterThan(20);
  }

  /// Keeps the text that is written.
  private static final class Recording implements TokenMask {
    private final TokenMask mask;
    private final Tokenizer tokenizer;
    private final StringBuilder text = new StringBuilder();

    Recording(TokenMask mask, Tokenizer tokenizer) {
      this.mask = mask;
      this.tokenizer = tokenizer;
    }

    @Override
    public boolean apply(float[] logits) {
      return mask.apply(logits);
    }

    @Override
    public void accept(int token) {
      mask.accept(token);
      text.append(tokenizer.decode(new int[] {token}));
    }
  }

  /// Draws some letters wherever they may come outside of strings, and else what closes.
  private static final class Wanting implements TokenMask {
    private final TokenMask mask;
    private final Tokenizer tokenizer;
    private final String wanted;
    private long quotes;

    Wanting(TokenMask mask, Tokenizer tokenizer, String wanted) {
      this.mask = mask;
      this.tokenizer = tokenizer;
      this.wanted = wanted;
    }

    @Override
    public boolean apply(float[] logits) {
      boolean any = mask.apply(logits);
      for (String letters : List.of(quotes % 2 == 0 ? wanted : "", "]}\"")) {
        float[] kept = logits.clone();
        boolean found = false;
        for (int token = 0; token < logits.length; token++) {
          String text = tokenizer.decode(new int[] {token});
          boolean likely = text.length() == 1 && letters.contains(text) && logits[token] == 0;
          kept[token] = likely ? 0 : Float.NEGATIVE_INFINITY;
          found |= likely;
        }
        if (found) {
          System.arraycopy(kept, 0, logits, 0, logits.length);
          break;
        }
      }
      return any;
    }

    @Override
    public void accept(int token) {
      mask.accept(token);
      quotes += tokenizer.decode(new int[] {token}).chars().filter(c -> c == '"').count();
    }
  }

  @Test
  void anAnswerThatOpensLikeACallBecomesOne() {
    Tokenizer tokenizer = MarkedVocabulary.with(ToolFormat.LLAMA_JSON.marks());
    StateMasks masks = masks(ToolUse.auto(TOOLS), ToolFormat.LLAMA_JSON, tokenizer);
    Set<Integer> marks = Set.of(tokenizer.special(CallMarks.PYTHON).getAsInt());
    List<String> names = List.of("get_weather", "count");
    for (String opening :
        List.of(
            "{\"name\": \"count\"",
            " {\"name\":\"count\",",
            "\n\n{ \"name\" : \"get_weather\", \"arguments\"",
            "{\"type\": \"function\", \"name\": \"count\"",
            "<|python_tag|>{",
            "<|python_tag|> {\"n")) {
      TokenMask mask = new OpeningMask(masks, names, marks, tokenizer::bytes);
      int[] ids = tokenizer.encodeWithSpecials(opening);
      ChatMessage message = answer(mask, ToolFormat.LLAMA_JSON, tokenizer, 1, ids);
      assertThat(message.toolCalls()).as(opening).isNotEmpty();
      message.toolCalls().forEach(ToolGrammarTest::requireValid);
    }
  }

  @Test
  void anAnswerThatOpensOtherwiseIsFree() {
    Tokenizer tokenizer = MarkedVocabulary.with(ToolFormat.LLAMA_JSON.marks());
    StateMasks masks = masks(ToolUse.auto(TOOLS), ToolFormat.LLAMA_JSON, tokenizer);
    Set<Integer> marks = Set.of(tokenizer.special(CallMarks.PYTHON).getAsInt());
    List<String> names = List.of("get_weather", "count");
    for (String opening :
        List.of(
            "Hi",
            "Hi {",
            "x",
            "{",
            "{{",
            "{\"",
            "{\"name\": \"Paris\"",
            "{\"n\": {\"name\": \"count\"",
            "{\"name\": \"counts\"")) {
      TokenMask mask = new OpeningMask(masks, names, marks, tokenizer::bytes);
      for (int id : tokenizer.encodeWithSpecials(opening)) {
        assertThat(mask.apply(new float[tokenizer.vocabularySize()])).isTrue();
        mask.accept(id);
      }
      float[] logits = new float[tokenizer.vocabularySize()];
      assertThat(mask.apply(logits)).isTrue();
      assertThat(logits[tokenizer.encode("Hi")[0]]).as(opening).isZero();
    }
  }

  @Test
  void refusesASchemaThatCannotBeKeptWhereTheToolMustBeCalled() {
    Tool odd =
        Tool.of(
            "odd",
            "",
            new JsonObject(
                Map.of("type", new JsonString("object"), "$ref", new JsonString("#/x"))));
    ToolUse required = new ToolUse(List.of(odd), ToolChoice.required(), Calls.ONE);
    assertThatThrownBy(() -> ToolGrammar.of(required, ToolFormat.HERMES, mark -> false))
        .isInstanceOf(GrammarException.class)
        .hasMessageStartingWith("tool odd: ");
    Grammar free = ToolGrammar.of(ToolUse.auto(List.of(odd)), ToolFormat.HERMES, mark -> false);
    assertThat(
            CompiledGrammar.compile(free)
                .accepts("<tool_call>{\"name\": \"odd\", \"arguments\": {\"a\":1}}</tool_call>"))
        .isTrue();
  }

  private static StateMasks masks(ToolUse use, ToolFormat format, Tokenizer tokenizer) {
    Grammar grammar = ToolGrammar.of(use, format, mark -> tokenizer.special(mark).isPresent());
    return new StateMasks(CompiledGrammar.compile(grammar), TokenTrie.of(tokenizer));
  }

  /// The message that tokens drawn at random make, after `opening`.
  private static ChatMessage answer(
      TokenMask mask, ToolFormat format, Tokenizer tokenizer, long seed, int... opening) {
    Random random = TestSeed.random(seed);
    Set<String> specials = new java.util.HashSet<>(format.marks());
    specials.removeIf(mark -> tokenizer.special(mark).isEmpty());
    ToolCallParser parser =
        new ToolCallParser(format, OfferedNames.unknown(), specials, () -> "id");
    TextDecoder decoder = tokenizer.decoder(true);
    int end = tokenizer.eos().getAsInt();
    for (int i = 0; i < MOST_TOKENS; i++) {
      float[] logits = new float[tokenizer.vocabularySize()];
      FewTokens.agree(mask, logits.length);
      boolean any = mask.apply(logits);
      assertThat(any || mask instanceof GrammarMask).isTrue();
      int token = i < opening.length ? opening[i] : draw(logits, random, end);
      if (!any || token == end) {
        return ((puna.chat.ChatEvent.Finished) parser.finish().getLast()).message();
      }
      mask.accept(token);
      parser.append(decoder.append(token));
      if (tokenizer.isSpecial(token)) {
        parser.special(tokenizer.piece(token));
      }
    }
    throw new AssertionError("seed %s: no end after %s tokens".formatted(seed, MOST_TOKENS));
  }

  private static int draw(float[] logits, Random random, int end) {
    if (logits[end] == 0 && random.nextInt(3) == 0) {
      return end;
    }
    int token = random.nextInt(logits.length);
    for (int tries = 0; logits[token] != 0 && tries < logits.length; tries++) {
      token = (token + 1) % logits.length;
    }
    return token;
  }

  /// Servers describe tools without arguments in these ways.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"properties\":{}}",
        "{\"type\":\"object\",\"properties\":{}}",
        "{\"type\":\"object\",\"properties\":{},\"required\":[]}",
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"None\",\"properties\":{}}"
      })
  void aToolThatNamesNoArgumentsTakesNone(String schema) {
    Tool tool = Tool.of("get_time", "", (JsonObject) Json.parse(schema, "test"));

    assertThat(admits(tool, "{\"name\": \"get_time\", \"parameters\": {}}")).isTrue();
    assertThat(admits(tool, "{\"name\": \"get_time\", \"parameters\": {\"a\": 1}}")).isFalse();
    Tool bare = Tool.of("get_time", "");
    assertThat(admits(bare, "{\"name\": \"get_time\", \"parameters\": {}}")).isTrue();
    assertThat(admits(bare, "{\"name\": \"get_time\", \"parameters\": {\"a\": 1}}")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"object\"}",
        "{\"properties\":{},\"additionalProperties\":true}",
        "{\"properties\":{},\"additionalProperties\":{\"type\":\"integer\"}}",
        "{\"properties\":{},\"required\":[\"a\"]}",
        "{\"anyOf\":[{\"properties\":{\"a\":{\"type\":\"integer\"}}}]}"
      })
  void aToolThatNamesNoneAloneMayTakeSome(String schema) {
    Tool tool = Tool.of("get_time", "", (JsonObject) Json.parse(schema, "test"));

    assertThat(admits(tool, "{\"name\": \"get_time\", \"parameters\": {\"a\": 1}}")).isTrue();
  }

  @Test
  void argumentsThatAToolDoesNotNameAreNotWritten() {
    String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}%s}";
    Tool silent = Tool.of("count", "", (JsonObject) Json.parse(schema.formatted(""), "test"));
    Tool open =
        Tool.of(
            "count",
            "",
            (JsonObject) Json.parse(schema.formatted(",\"additionalProperties\":true"), "test"));

    String more = "{\"name\": \"count\", \"parameters\": {\"a\": 1, \"b\": 2}}";
    assertThat(admits(silent, "{\"name\": \"count\", \"parameters\": {\"a\": 1}}")).isTrue();
    assertThat(admits(silent, more)).isFalse();
    assertThat(admits(open, more)).isTrue();
  }

  private static boolean admits(Tool tool, String call) {
    ToolUse use = new ToolUse(List.of(tool), ToolChoice.required(), Calls.ONE);
    return CompiledGrammar.compile(ToolGrammar.of(use, ToolFormat.LLAMA_JSON, _ -> false))
        .accepts(call);
  }

  private static void requireValid(ToolCall call) {
    Class<?> type = call.name().equals("count") ? Count.class : Weather.class;
    assertThat(JsonBinding.read(call.arguments(), type)).isInstanceOf(type);
    assertThat(call.name()).isIn("count", "get_weather");
  }
}
