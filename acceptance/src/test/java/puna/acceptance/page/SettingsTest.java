package puna.acceptance.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.JsonValue.JsonObject;

/// What goes with a message beside its text: settings, files, tools, reasoning, probabilities.
@Timeout(900)
class SettingsTest extends ScriptedPageTest {
  @Test
  void filesAreAttachedAsText() {
    server.next(ScriptedServer.text("A short one."));
    FileChooser chooser =
        tab.page().waitForFileChooser(() -> tab.button("Attach text files").click());
    chooser.setFiles(
        new FilePayload[] {
          new FilePayload(
              "notes.md", "text/markdown", "with ``` in it".getBytes(StandardCharsets.UTF_8)),
          new FilePayload("picture.png", "image/png", new byte[] {(byte) 0x89, 'P', 0, (byte) 0xff})
        });
    tab.expectSaid("#toast", "“picture.png” is no text");
    tab.expectSaid("#files", "notes.md");
    tab.expectSaid("#files", "tokens");
    tab.send("What is it?");
    tab.expect(1, "A short one.");
    assertThat(at(server.lastAsked(), "messages", 0, "content"))
        .isEqualTo("notes.md\n````\nwith ``` in it\n````\n\nWhat is it?");
    tab.expect(0, "notes.md");
  }

  @Test
  void toolCallsAreShownAndTheirResultsSent() {
    server.next(
        ScriptedServer.events(
            List.of(
                """
                {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "weather", "arguments": "{\\"town\\":"}}]}\
                """,
                """
                {"tool_calls": [{"index": 0, "function": {"arguments": " \\"Puno\\"}"}}]}\
                """),
            "tool_calls"),
        ScriptedServer.text("It is cold."));
    tab.openSettings();
    tab.setting("Tools").fill("[{\"name\": \"weather\", \"parameters\": {\"type\": \"object\"}}]");
    tab.saveSettings();
    tab.send("Weather?");
    tab.expect(1, "Calls weather");
    assertThat(tab.message(1).locator(".call pre")).hasText("{\n  \"town\": \"Puno\"\n}");
    assertThat(at(server.lastAsked(), "tools", 0, "function", "name")).isEqualTo("weather");
    tab.page().getByLabel("Result of weather").fill("-3 degrees");
    tab.button("Send results").click();
    tab.expect(3, "It is cold.");
    assertThat(at(server.lastAsked(), "messages", 1, "tool_calls", 0, "function", "arguments"))
        .isEqualTo("{\"town\": \"Puno\"}");
    assertThat(at(server.lastAsked(), "messages", 2, "content")).isEqualTo("-3 degrees");
    assertThat(at(server.lastAsked(), "messages", 2, "tool_call_id")).isEqualTo("c1");
  }

  @Test
  void reasoningIsFoldedAndProbabilitiesAreShown() {
    server.next(
        ScriptedServer.events(
            List.of("{\"reasoning_content\": \"Hidden thoughts\"}", "{\"content\": \"Said.\"}"),
            "stop"),
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          ScriptedServer.event(
              exchange.getResponseBody(),
              """
              {"choices": [{"index": 0, "delta": {"content": "Yes"}, "logprobs": {"content": [{"token": "Yes",
              "logprob": -0.5, "top_logprobs": [{"token": "Yes", "logprob": -0.5}, {"token": "No", "logprob": -1.0}]}]},
              "finish_reason": "stop"}]}\
              """
                  .replace("\n", " "));
          exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        });
    tab.send("Think.");
    tab.expect(1, "Thought for");
    tab.awaitEnd();
    assertThat(tab.page().getByText("Hidden thoughts")).isHidden();
    tab.message(1).locator("summary").click();
    assertThat(tab.page().getByText("Hidden thoughts")).isVisible();
    tab.openSettings();
    tab.setting("Keep the probabilities of tokens").check();
    tab.saveSettings();
    tab.send("Yes?");
    tab.expect(3, "Yes");
    tab.awaitEnd();
    assertThat(at(server.lastAsked(), "top_logprobs")).isEqualTo("5");
    tab.press(3, "Show tokens and their probabilities");
    tab.message(3).locator(".token").hover();
    assertThat(tab.message(3).locator(".token-tip")).containsText("60.7 %");
    assertThat(tab.message(3).locator(".token-tip")).containsText("No");
  }

  @Test
  void settingsTakeEffect() {
    tab.openSettings();
    tab.setting("System prompt").fill("Be brief.");
    tab.setting("temperature").fill("0.25");
    tab.setting("seed").fill("7");
    tab.setting("Form of the answer").selectOption("schema");
    tab.setting("JSON Schema").fill("{\"type\": ");
    tab.page().locator("#settings footer button").click();
    tab.expectSaid("#settings footer", "The schema cannot be read as JSON");
    tab.setting("JSON Schema").fill("{\"type\": \"object\"}");
    tab.setting("Leave out old messages when the context is full").check();
    tab.setting("Also for new conversations").check();
    tab.saveSettings();
    server.next(ScriptedServer.text("{\"a\":1}"));
    tab.send("Hello");
    tab.awaitEnd();
    JsonObject asked = server.lastAsked();
    assertThat(at(asked, "messages", 0, "content")).isEqualTo("Be brief.");
    assertThat(at(asked, "temperature")).isEqualTo("0.25");
    assertThat(at(asked, "seed")).isEqualTo("7");
    assertThat(at(asked, "truncation")).isEqualTo("auto");
    assertThat(at(asked, "response_format", "json_schema", "schema", "type")).isEqualTo("object");
    assertThat(asked.get("top_k")).isEmpty();
    assertThat(tab.message(1).locator("pre code")).hasText("{\n  \"a\": 1\n}\n");
    tab.button("New conversation").click();
    tab.send("Again");
    tab.awaitEnd();
    assertThat(at(server.lastAsked(), "temperature")).isEqualTo("0.25");
  }

  @Test
  void presetsAreKept() {
    tab.openSettings();
    tab.setting("System prompt").fill("You are a pirate.");
    tab.setting("Name of a preset").fill("Pirate");
    tab.button("Keep as preset").click();
    tab.page().keyboard().press("Escape");
    tab.page().reload();
    tab.openSettings();
    tab.setting("Use a preset").selectOption("Pirate");
    assertThat(tab.setting("System prompt")).hasValue("You are a pirate.");
    tab.saveSettings();
    tab.send("Ahoy");
    tab.awaitEnd();
    assertThat(at(server.lastAsked(), "messages", 0, "content")).isEqualTo("You are a pirate.");
  }
}
