package puna.acceptance.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Conversations on the chat page: what is sent, shown, kept and changed.
@Timeout(900)
class ConversationTest extends ScriptedPageTest {
  @Test
  void answersComePieceByPieceAndAreKept() {
    Semaphore steps = new Semaphore(0);
    server.next(ScriptedServer.held(steps, "# Llamas\n\nThey **hum", "** and *spit*."));
    tab.send("What do llamas do?");
    steps.release();
    tab.expect(1, "They hum");
    assertThat(tab.button("Stop")).isVisible();
    assertThat(tab.message(1)).hasAttribute("aria-busy", "true");
    steps.release();
    tab.awaitEnd();
    assertThat(tab.message(1).locator("strong")).hasText("hum");
    assertThat(tab.message(1).locator("h3.h1")).hasText("Llamas");
    tab.expect(1, "34 tokens · 56.7 tokens/s");
    tab.expectSaid("#context", "Context: 46 of");
    assertThat(at(server.lastAsked(), "messages", 0, "content")).isEqualTo("What do llamas do?");
    tab.page().reload();
    tab.expect(0, "What do llamas do?");
    assertThat(tab.message(1).locator("strong")).hasText("hum");
    assertThat(tab.page().locator("#conversations .open")).hasText("What do llamas do?");
  }

  @Test
  void aLongPromptTellsHowFarItIsRead() {
    Semaphore step = new Semaphore(0);
    server.next(ScriptedServer.reading(step, "Read."));
    tab.send("A long text");
    tab.expect(1, "Reading the prompt: 1,200 of 3,000 tokens…");
    assertThat(at(server.lastAsked(), "return_progress")).isEqualTo("true");
    step.release();
    tab.expect(1, "Read.");
    tab.awaitEnd();
    tab.expectNot(1, "Reading the prompt");
  }

  @Test
  void stoppingKeepsWhatCameAndGoesOnWithIt() {
    Semaphore steps = new Semaphore(1);
    server.next(
        ScriptedServer.held(steps, "One, two", ", three"), ScriptedServer.text(", three, four."));
    tab.send("Count.");
    tab.expect(1, "One, two");
    tab.page().keyboard().press("Escape");
    tab.awaitEnd();
    steps.release(9);
    tab.expect(1, "Stopped.");
    tab.page().reload();
    tab.expect(1, "One, two");
    tab.press(1, "Continue this answer");
    tab.expect(1, "One, two, three, four.");
    assertThat(at(server.lastAsked(), "messages", 1, "content")).isEqualTo("One, two");
    assertThat(at(server.lastAsked(), "messages", 1, "role")).isEqualTo("assistant");
  }

  @Test
  void aClosedPageLosesNothingThatWasShown() {
    Semaphore steps = new Semaphore(1);
    server.next(ScriptedServer.held(steps, "Half of it", " and the rest"));
    tab.send("Tell me.");
    tab.expect(1, "Half of it");
    // the answer is written to the database within a second of its growing
    tab.page().waitForTimeout(1_500);
    steps.release();
    tab.expect(1, "and the rest");
    tab.awaitEnd();
    tab.page().reload();
    tab.expect(1, "Half of it and the rest");
    steps.release(9);
  }

  @Test
  void editedMessagesAndNewAnswersAreBranches() {
    server.next(
        ScriptedServer.text("First answer."),
        ScriptedServer.text("Second answer."),
        ScriptedServer.text("Third answer."));
    tab.send("First question");
    tab.expect(1, "First answer.");
    tab.awaitEnd();
    tab.press(1, "Answer again");
    tab.expect(1, "Second answer.");
    tab.awaitEnd();
    tab.expect(1, "2/2");
    tab.press(0, "Edit message");
    tab.page().getByLabel("Text of the message").fill("Other question");
    tab.page().locator(".edit-buttons .primary").click();
    tab.expect(1, "Third answer.");
    tab.awaitEnd();
    assertThat(at(server.lastAsked(), "messages", 0, "content")).isEqualTo("Other question");
    tab.expect(0, "2/2");
    tab.press(0, "Earlier version");
    tab.expect(0, "First question");
    tab.expect(1, "Second answer.");
    tab.press(1, "Earlier version");
    tab.expect(1, "First answer.");
    tab.page().reload();
    tab.expect(1, "First answer.");
    tab.expect(0, "1/2");
  }

  @Test
  void anEditedAnswerIsGoneOnWith() {
    server.next(ScriptedServer.text("It is red."), ScriptedServer.text(" as the sea."));
    tab.send("Colour?");
    tab.expect(1, "It is red.");
    tab.awaitEnd();
    tab.press(1, "Edit message");
    tab.page().getByLabel("Text of the message").fill("It is blue");
    tab.page().getByText("Save and continue").click();
    tab.expect(1, "It is blue as the sea.");
    assertThat(at(server.lastAsked(), "messages", 1, "content")).isEqualTo("It is blue");
    tab.expect(1, "2/2");
  }

  @Test
  void messagesAreDeletedForkedAndBroughtBack() {
    server.next(ScriptedServer.text("Answer one."), ScriptedServer.text("Answer two."));
    tab.send("One");
    tab.expect(1, "Answer one.");
    tab.awaitEnd();
    tab.send("Two");
    tab.expect(3, "Answer two.");
    tab.awaitEnd();
    tab.press(1, "Delete message");
    tab.expectCount(3);
    tab.expect(1, "Two");
    tab.button("Undo").click();
    tab.expectCount(4);
    tab.expect(1, "Answer one.");
    tab.press(1, "New conversation from here");
    tab.expectCount(2);
    assertThat(tab.page().locator("#conversations li")).hasCount(2);
    tab.send("Three");
    tab.expectCount(4);
    tab.awaitEnd();
    tab.page().locator("#conversations .open").nth(1).click();
    tab.expect(3, "Answer two.");
  }

  @Test
  void conversationsAreRenamedFoundAndDeleted() {
    server.next(ScriptedServer.text("About alpacas."), ScriptedServer.text("About ships."));
    tab.send("First");
    tab.awaitEnd();
    tab.expect(1, "alpacas");
    tab.button("New conversation").click();
    tab.expectCount(0);
    tab.send("Second");
    tab.expect(1, "ships");
    tab.awaitEnd();
    tab.page().getByLabel("Search conversations").fill("ALPACAS");
    assertThat(tab.page().locator("#conversations .open")).hasText(new String[] {"First"});
    tab.page().getByLabel("Search conversations").fill("");
    tab.page().locator("#conversations li").nth(0).hover();
    tab.button("Rename “Second”").click();
    tab.page().getByLabel("Title of the conversation").fill("Of ships");
    tab.page().keyboard().press("Enter");
    assertThat(tab.page().locator("#conversations .open"))
        .hasText(new String[] {"Of ships", "First"});
    tab.page().locator("#conversations li").nth(0).hover();
    tab.button("Delete “Of ships”").click();
    assertThat(tab.page().locator("#conversations .open")).hasText(new String[] {"First"});
    tab.button("Undo").click();
    assertThat(tab.page().locator("#conversations .open"))
        .hasText(new String[] {"Of ships", "First"});
  }

  @Test
  void filesOfConversationsHaveAllBranches() throws IOException {
    server.next(ScriptedServer.text("One."), ScriptedServer.text("Other."));
    tab.send("Question");
    tab.expect(1, "One.");
    tab.awaitEnd();
    tab.press(1, "Answer again");
    tab.expect(1, "Other.");
    tab.awaitEnd();
    tab.openSettings();
    Download all = tab.page().waitForDownload(() -> tab.button("Export all").click());
    String json = Files.readString(all.path());
    assertThat(json).contains("\"One.\"", "\"Other.\"");
    tab.page().keyboard().press("Escape");
    tab.page().locator("#conversations li").hover();
    tab.button("Export “Question”").click();
    Download shown = tab.page().waitForDownload(() -> tab.button("Markdown").click());
    String markdown = Files.readString(shown.path());
    assertThat(markdown).startsWith("# Question").contains("Other.").doesNotContain("One.");

    ChatTab other = new ChatTab(chromium.open(server.address(), Chromium.desk()));
    importInto(other, "all.json", json);
    other.expectSaid("#toast", "1 conversation was imported");
    other.page().locator("#conversations .open").click();
    other.expect(1, "2/2");
    importInto(other, "shown.md", markdown);
    assertThat(other.page().locator("#conversations li")).hasCount(2);
    importInto(other, "all.json", json); // the same again is a copy, and changes nothing
    assertThat(other.page().locator("#conversations li")).hasCount(3);
    for (String broken :
        List.of(
            "{",
            "{\"format\": \"other\"}",
            "{\"format\": \"puna-conversations\", \"version\": 2, \"conversations\": []}",
            "{\"format\": \"puna-conversations\", \"version\": 1, \"conversations\": [{\"id\": \"x\","
                + " \"title\": \"x\", \"messages\": [{\"role\": \"admin\"}]}]}",
            "no heading")) {
      importInto(other, "broken.json", broken);
      assertThat(other.page().locator("#toast"))
          .containsText(ChatTab.pattern("JSON|format|version|role|conversation of this page"));
    }
    assertThat(other.page().locator("#conversations li")).hasCount(3);
    other.page().context().close();
  }

  private static void importInto(ChatTab tab, String name, String text) {
    tab.openSettings();
    FileChooser chooser = tab.page().waitForFileChooser(() -> tab.button("Import").click());
    chooser.setFiles(
        new FilePayload(name, "application/json", text.getBytes(StandardCharsets.UTF_8)));
    tab.expectSaid("#toast", "");
    tab.page().keyboard().press("Escape");
    assertThat(tab.page().locator("#settings h2")).hasCount(0);
    tab.page().waitForTimeout(300);
  }

  @Test
  void aLinkFillsTheBoxAndSendsNothing() {
    ChatTab other =
        new ChatTab(chromium.tab(tab.page().context(), server.address() + "?q=rm%20-rf"));
    assertThat(other.box()).hasValue("rm -rf");
    other.page().waitForTimeout(300);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void whatCannotBeKeptIsSaidAndStaysOnTheScreen() {
    tab.run(
        "() => { IDBObjectStore.prototype.put = function () {"
            + " throw new DOMException('no room', 'QuotaExceededError'); } }");
    server.next(ScriptedServer.text("Still here."));
    tab.send("Question");
    tab.expect(1, "Still here.");
    tab.expectSaid("#toast", "The browser has no room left");
    tab.expect(0, "Question");
  }
}
