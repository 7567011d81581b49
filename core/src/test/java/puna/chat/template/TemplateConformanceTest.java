package puna.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import puna.chat.template.python.TemplateException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The published templates of many models, byte for byte.
class TemplateConformanceTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("puna.test.shared", "shared"), "chat-templates");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:06Z"), ZoneOffset.UTC);

  private final List<String> different = new ArrayList<>();
  private int renders;
  private int errors;

  @Test
  void everyPublishedTemplateRendersAsItsMakersToolingDoes() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "needs shared/chat-templates which this checkout lacks");
    JsonObject cases = json("cases.json");
    for (Map.Entry<String, JsonValue> entry : json("expected.json").members().entrySet()) {
      Template template =
          Template.parse(Files.readString(FOLDER.resolve("templates").resolve(entry.getKey())));
      ((JsonObject) entry.getValue())
          .members()
          .forEach((name, expected) ->
              check(
                  entry.getKey() + ", " + name,
                  render(template, (JsonObject) cases.get(name).orElseThrow()),
                  (JsonObject) expected));
    }

    assertThat(different).isEmpty();
    assertThat(renders).isEqualTo(408);
    assertThat(errors).isEqualTo(87);
  }

  private void check(String name, String found, JsonObject expected) {
    if (expected.get("err").isPresent()) {
      errors++;
      if (!found.startsWith("error: ")) {
        different.add(name + ": no error");
      }
    } else {
      renders++;
      if (!found.equals(((JsonString) expected.get("ok").orElseThrow()).value())) {
        different.add(name + ": " + found);
      }
    }
  }

  private static String render(Template template, JsonObject context) {
    try {
      return template.render(context, Set.of("bos_token", "eos_token"), CLOCK).text();
    } catch (TemplateException e) {
      return "error: " + e.getMessage();
    }
  }

  private static JsonObject json(String name) throws IOException {
    return (JsonObject) Json.parse(Files.readAllBytes(FOLDER.resolve(name)), name);
  }
}
