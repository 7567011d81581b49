package puna.acceptance.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.json.Json;
import puna.server.PunaServer;
import puna.server.ServerOptions;
import puna.server.keys.ApiKey;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// What goes wrong between the page and its server, and between two tabs; and the page with a real
/// model.
@Timeout(900)
class TroubleTest extends PageTest {
  private static final String MODEL = "smollm2-135m";

  @Test
  void refusalsAreShownAndCanBeTriedAgain() {
    ChatTab tab = open();
    server.next(
        ScriptedServer.refusal(
            503, "{\"error\": {\"message\": \"too many requests wait\"}}", "Retry-After", "7"),
        ScriptedServer.broken("Half an ans"),
        ScriptedServer.text("A whole answer."));
    tab.send("Question");
    tab.expect(1, "too many requests wait. Try again in 7 s.");
    assertThat(tab.message(1).getByText("too many")).isVisible();
    tab.page().reload();
    tab.expect(1, "too many requests wait");
    tab.button("Try again").click();
    tab.expect(1, "Half an ans");
    tab.expect(1, "The connection broke off before the answer had ended.");
    tab.button("Try again").click();
    tab.expect(1, "A whole answer.");
    tab.awaitEnd();
    tab.expect(1, "2/2"); // half an answer is worth keeping, a refusal is not
    tab.expect(0, "Question");
  }

  @Test
  void conversationsThatAreTooLongAreShortenedWhenTheUserSaysSo() {
    ChatTab tab = open();
    server.next(
        ScriptedServer.refusal(
            400,
            "{\"error\": {\"message\": \"the prompt is too long\", \"code\": \"context_length_exceeded\"}}"),
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          ScriptedServer.event(
              exchange.getResponseBody(),
              "{\"choices\": [{\"delta\": {\"content\": \"Short.\"}, \"finish_reason\": \"length\"}],"
                  + " \"dropped_messages\": 4}");
          exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        });
    tab.send("Long question");
    tab.button("Leave out old messages").click();
    tab.expect(1, "4 earlier messages were left out");
    tab.expect(1, "Cut: the limit of tokens");
    assertThat(Json.write(server.lastAsked())).contains("\"truncation\":\"auto\"");
  }

  @Test
  void aServerThatHasGoneIsWaitedFor() {
    ChatTab tab = open();
    server.next(ScriptedServer.text("Before."));
    tab.send("One");
    tab.expect(1, "Before.");
    tab.awaitEnd();
    server.go();
    tab.send("Two");
    tab.expect(3, "The server cannot be reached.");
    tab.expectSaid("#banner", "Conversations can be read");
    tab.expect(2, "Two");
    server.comeBack();
    tab.expectSaid("#toast", "The server is back.");
    server.next(ScriptedServer.text("After."));
    tab.button("Try again").click();
    tab.expect(3, "After.");
  }

  @Test
  void tabsShowWhatOthersChange() {
    ChatTab one = open();
    server.next(ScriptedServer.text("Of the first tab."));
    one.send("First");
    one.awaitEnd();
    one.expect(1, "Of the first tab.");
    ChatTab two = new ChatTab(chromium.tab(one.page().context(), one.page().url()));
    two.expect(1, "Of the first tab.");
    Semaphore steps = new Semaphore(1);
    server.next(ScriptedServer.held(steps, "Growing", " and grown."));
    two.send("Second");
    two.expect(3, "Growing");
    one.expect(2, "Second");
    steps.release();
    two.expect(3, "Growing and grown.");
    two.awaitEnd();
    one.expect(3, "Growing and grown.");
    one.awaitEnd();
    server.next(ScriptedServer.text("Third answer."));
    one.send("Third");
    one.expect(5, "Third answer.");
    two.expect(5, "Third answer.");
    one.page().locator("#conversations li").hover();
    one.page().locator("#conversations [data-action=remove]").click();
    two.expectCount(0);
  }

  @Test
  void aKeyIsAskedForAndForgotten() throws IOException {
    try (Models models = models();
        PunaServer keyed =
            PunaServer.start(
                models,
                ServerOptions.defaults()
                    .withPort(0)
                    .withKeys(List.of(ApiKey.of("test", "s3cret"))))) {
      Page page = chromium.open("http://127.0.0.1:%s/".formatted(keyed.port()), Chromium.desk());
      page.getByLabel("Key", new Page.GetByLabelOptions().setExact(true)).fill("s3cret");
      page.keyboard().press("Enter");
      ChatTab tab = new ChatTab(page);
      tab.send("What is the capital of France?");
      tab.expect(1, "Paris");
      assertThat(tab.run("() => JSON.stringify(localStorage)")).isEqualTo("{}");
      page.context().close();
    }
  }

  private static Models models() {
    return new Models(
        List.of(
            ServedModel.of(
                MODEL, ModelSource.named(MODEL), LlamaOptions.defaults().withContextLength(2048))),
        Models.Settings.defaults());
  }

  @Test
  void aModelIsLoadedWhenItIsChosen() throws IOException {
    LlamaOptions options = LlamaOptions.defaults().withContextLength(1024);
    Models two =
        new Models(
            List.of(
                ServedModel.of("first", ModelSource.named(MODEL), options),
                ServedModel.of("second", ModelSource.named(MODEL), options)),
            Models.Settings.defaults());
    try (two;
        PunaServer real = PunaServer.start(two, ServerOptions.defaults().withPort(0))) {
      ChatTab tab =
          new ChatTab(
              chromium.open("http://127.0.0.1:%s/".formatted(real.port()), Chromium.desk()));
      tab.page().locator("#model").selectOption("second");
      tab.expectSaid("#banner", "Loading second …");
      assertThat(tab.page().locator("#banner p")).hasCount(0, patient());
      assertThat(two.loaded()).hasSize(1);
      assertThat(two.loaded().getFirst().model().id()).isEqualTo("second");
      tab.send("What is the capital of France?");
      tab.expect(1, "second");
      tab.expect(1, "Paris");
      tab.awaitEnd();
      tab.page().reload();
      tab.expect(1, "Paris");
      assertThat(tab.page().locator("#model")).hasValue("second");
      tab.page().context().close();
    }
  }

  private static LocatorAssertions.HasCountOptions patient() {
    return new LocatorAssertions.HasCountOptions().setTimeout(120_000);
  }

  @Test
  void aRealModelAnswersStopsAndKeepsToASchema() throws IOException {
    try (Models models = models();
        PunaServer real = PunaServer.start(models, ServerOptions.defaults().withPort(0))) {
      ChatTab tab =
          new ChatTab(
              chromium.open("http://127.0.0.1:%s/".formatted(real.port()), Chromium.desk()));
      tab.openSettings();
      tab.setting("temperature").fill("0");
      tab.saveSettings();
      tab.send("What is the capital of France?");
      tab.expect(1, "Paris");
      tab.awaitEnd();
      tab.expect(1, "tokens/s");
      tab.expectSaid("#context", "of 2,048 tokens");
      tab.send("Write a very long story about a llama.");
      assertThat(tab.message(3).locator(".content p").first()).isVisible(ChatTab.visible());
      tab.button("Stop").click();
      tab.expect(3, "Stopped.");
      tab.button("New conversation").click();
      tab.openSettings();
      tab.setting("Form of the answer").selectOption("schema");
      tab.setting("JSON Schema")
          .fill(
              "{\"type\": \"object\", \"properties\": {\"city\": {\"type\": \"string\", \"maxLength\": 9}},"
                  + " \"required\": [\"city\"], \"additionalProperties\": false}");
      tab.setting("Keep the probabilities of tokens").check();
      tab.saveSettings();
      tab.send("Name a city, as JSON.");
      tab.expect(1, "\"city\"");
      tab.awaitEnd();
      tab.press(1, "Show tokens and their probabilities");
      tab.message(1).locator(".token").first().hover();
      assertThat(tab.message(1).locator(".token-tip")).containsText("%");
      assertThat(chromium.foreign()).isEmpty();
      tab.page().context().close();
    }
  }
}
