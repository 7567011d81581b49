package puna.acceptance.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A tab with the chat page, whose answers the test writes, for each test. Nothing may go wrong in
/// it, and it may ask nothing of others.
abstract class ScriptedPageTest {
  static Chromium chromium;

  ScriptedServer server;
  ChatTab tab;

  @BeforeAll
  static void start() {
    chromium = Chromium.start();
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void open() {
    server = new ScriptedServer();
    tab = new ChatTab(chromium.open(server.address(), Chromium.desk()));
  }

  @AfterEach
  void close() {
    List<String> faults = chromium.faults();
    tab.page().context().close();
    server.close();
    assertThat(faults).isEmpty();
    assertThat(chromium.foreign()).isEmpty();
  }

  static String at(JsonValue value, Object... steps) {
    JsonValue found = value;
    for (Object step : steps) {
      found =
          step instanceof Integer index
              ? ((JsonArray) found).elements().get(index)
              : ((JsonObject) found).get((String) step).orElseThrow();
    }
    return found instanceof JsonString(String text) ? text : Json.write(found);
  }
}
