package puna.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.chat.template.python.TemplateException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Python's methods, formats, filters and tests with every shape of their arguments: a table that
/// the real engine made.
class PythonTableTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:06Z"), ZoneOffset.UTC);
  private static final String REFUSED = "an error";

  @Test
  void printsWhatPythonPrintsAndRefusesWhatItRefuses() throws IOException {
    List<String> lines = lines();
    JsonObject context =
        (JsonObject) ((JsonObject) parse(lines.getFirst())).get("context").orElseThrow();
    List<String> different = new ArrayList<>();
    int renders = 0;
    for (String line : lines.subList(1, lines.size())) {
      List<JsonValue> row = ((JsonArray) parse(line)).elements();
      String template = ((JsonString) row.getFirst()).value();
      for (JsonValue pair : row.subList(1, row.size())) {
        List<JsonValue> parts = ((JsonArray) pair).elements();
        String expected = parts.get(1) instanceof JsonString(String text) ? text : REFUSED;
        String found = render(template, with(context, parts.get(0)));
        renders++;
        if (!found.equals(expected)) {
          different.add(template + " x=" + parts.get(0) + " is " + found + ", not " + expected);
        }
      }
    }

    assertThat(different).isEmpty();
    assertThat(renders).isGreaterThan(6_000);
  }

  /// All that Python has here and Puna does not, each refused by name.
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '"',
      value = {
        "{{ 'a'.encode().upper() }} ! the method 'upper' of bytes is not supported",
        "{{ 'a'.encode().split() }} ! the method 'split' of bytes is not supported",
        "{{ 'a'.encode('shift_jis') }} ! the encoding 'shift_jis' is not supported",
        "{{ 'é'.encode('ascii', 'namereplace') }} ! the error handler 'namereplace' is not supported",
        "{{ (7).from_bytes([1], 'big') }} ! 'int' object has no attribute or element 'from_bytes'",
        "{{ (2.5).fromhex('0x1p3') }} ! 'float' object has no attribute or element 'fromhex'",
        "{{ {'a': 1}.keys() - ['a'] }} ! unsupported operand type(s) for -",
        "{{ lipsum() }} ! 'lipsum' is undefined",
        "{{ (-8) ** 0.5 }} ! complex numbers are no part of the dialect",
        "{{ '{:99999}'.format(1) }} ! a width or precision must be 0 to 10000",
        "{{ '%99999d' % 1 }} ! a width or precision must be 0 to 10000",
        "{{ strftime_now('%99999d') }} ! a width in a date format may be at most 10000"
      })
  void refusesByNameWhatItDoesNotHave(String template, String message) {
    assertThat(failure(template)).contains(message);
  }

  @Test
  void picksARandomElement() {
    assertThat(render("{{ ['a', 'b']|random in ['a', 'b'] }}", new JsonObject(Map.of())))
        .isEqualTo("True");
    assertThat(render("{{ []|random is undefined }}", new JsonObject(Map.of()))).isEqualTo("True");
    assertThat(failure("{{ 7|random }}")).contains("'int' has no len()");
  }

  private static JsonObject with(JsonObject context, JsonValue x) {
    Map<String, JsonValue> members = new LinkedHashMap<>(context.members());
    if (!(x instanceof JsonNull)) {
      members.put("x", x);
    }
    return new JsonObject(members);
  }

  private static String failure(String template) {
    try {
      return Template.parse(template).render(new JsonObject(Map.of()), Set.of(), CLOCK).text();
    } catch (TemplateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String render(String template, JsonObject context) {
    try {
      return Template.parse(template).render(context, Set.of(), CLOCK).text();
    } catch (TemplateException e) {
      assertThat(e).hasMessageMatching("(?s)line \\d+, column \\d+: .+");
      return REFUSED;
    }
  }

  private static JsonValue parse(String line) {
    return Json.parse(line, "template-python.jsonl");
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        PythonTableTest.class.getResourceAsStream("/puna/chat/template-python.jsonl")) {
      return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
    }
  }
}
