package puna.acceptance.page;

import org.junit.jupiter.api.BeforeEach;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A tab with the chat page for each test.
abstract class ScriptedPageTest extends PageTest {
  ChatTab tab;

  @BeforeEach
  void openTab() {
    tab = open();
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
