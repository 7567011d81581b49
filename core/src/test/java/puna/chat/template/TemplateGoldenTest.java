package puna.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import puna.chat.template.python.TemplateException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The whole language, in small templates with what Jinja2 prints for them.
class TemplateGoldenTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:06Z"), ZoneOffset.UTC);

  @Test
  void printsWhatJinja2PrintsAndRefusesWhatItRefuses() throws IOException {
    List<String> lines = lines();
    JsonObject context = (JsonObject) parse(lines.getFirst()).get("context").orElseThrow();
    List<String> different = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      JsonObject row = parse(line);
      String expected = row.get("ok").map(ok -> ((JsonString) ok).value()).orElse("an error");
      String found = render(((JsonString) row.get("t").orElseThrow()).value(), context);
      if (!found.equals(expected)) {
        different.add(line + "\n  found: " + found);
      }
    }

    assertThat(lines).hasSizeGreaterThan(1500);
    assertThat(different).isEmpty();
  }

  private static String render(String template, JsonObject context) {
    try {
      return Template.parse(template).render(context, Set.of(), CLOCK).text();
    } catch (TemplateException e) {
      assertThat(e).hasMessageMatching("(?s)line \\d+, column \\d+: .+");
      return "an error";
    }
  }

  private static JsonObject parse(String line) {
    return (JsonObject) Json.parse(line, "template-golden.jsonl");
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        TemplateGoldenTest.class.getResourceAsStream("/puna/chat/template-golden.jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
