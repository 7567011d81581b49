package puna.acceptance.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whoever uses the page, and with whatever: a keyboard alone, a screen reader, a telephone, at
/// night, in a script that runs from right to left.
@Timeout(900)
class ReachTest extends PageTest {
  private static final String MARKDOWN =
      """
      A **word**, a [link](https://example.invalid/), `code` and $x^2$.

      | a | b |
      |---|--:|
      | 1 | 2 |

      ```java
      int llama = 1; // a comment
      ```

      > Quoted.
      """;

  private ChatTab withAnswer(Browser.NewContextOptions options) {
    ChatTab tab = open(options);
    server.next(ScriptedServer.text(MARKDOWN));
    tab.send("Show everything.");
    tab.expect(1, "Quoted.");
    tab.awaitEnd();
    return tab;
  }

  @Test
  void theKeyboardIsEnough() {
    ChatTab tab = open(Chromium.desk());
    Semaphore steps = new Semaphore(1);
    server.next(
        ScriptedServer.held(steps, "One", "two"),
        ScriptedServer.text("Other answer."),
        ScriptedServer.text("Third answer."));
    assertThat(tab.box()).isFocused();
    tab.page().keyboard().type("Line one");
    tab.page().keyboard().press("Shift+Enter");
    tab.page().keyboard().type("line two");
    assertThat(tab.box()).hasValue("Line one\nline two");
    tab.page().keyboard().press("Enter");
    tab.expect(1, "One");
    tab.page().keyboard().press("Escape");
    tab.awaitEnd();
    steps.release(9);
    assertThat(tab.box()).isFocused();
    tab.page().keyboard().press("Alt+ArrowUp");
    assertThat(tab.message(1)).isFocused();
    tab.page().keyboard().press("r");
    tab.expect(1, "Other answer.");
    tab.awaitEnd();
    tab.message(1).focus();
    tab.page().keyboard().press("ArrowLeft");
    tab.expect(1, "One");
    tab.box().focus();
    tab.page().keyboard().press("ArrowUp");
    Locator edit = tab.page().getByLabel("Text of the message");
    assertThat(edit).isFocused();
    tab.page().keyboard().press("Control+A");
    tab.page().keyboard().type("Edited");
    tab.page().keyboard().press("Control+Enter");
    tab.expect(1, "Third answer.");
    tab.awaitEnd();
    tab.page().keyboard().press("Control+k");
    assertThat(tab.page().getByLabel("Search conversations")).isFocused();
    tab.page().keyboard().press("Control+Shift+o");
    tab.expectCount(0);
    assertThat(tab.box()).isFocused();
    tab.page().keyboard().press("Control+,");
    assertThat(tab.page().locator("#settings h2")).isVisible();
    tab.page().keyboard().press("Escape");
    assertThat(tab.page().locator("#settings h2")).hasCount(0);
  }

  @Test
  void wordsThatAreBeingComposedAreNotSent() {
    ChatTab tab = open(Chromium.desk());
    tab.box().fill("にほん");
    tab.run(
        "() => document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown',"
            + " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))");
    assertThat(tab.box()).hasValue("にほん");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void everythingIsThereOnATelephone() {
    ChatTab tab = withAnswer(Chromium.phone());
    assertThat(sideways(tab)).isEqualTo(0);
    for (String name : List.of("Copy message", "Answer again", "Delete message")) {
      assertThat(tab.button(1, name)).isVisible();
      assertThat(tab.button(1, name)).hasCSS("opacity", "1");
      assertThat(tab.button(1, name).boundingBox().height).isGreaterThanOrEqualTo(24);
    }
    assertThat(tab.page().locator("#sidebar")).not().isInViewport();
    tab.button("Conversations").tap();
    assertThat(tab.page().locator("#sidebar")).isInViewport();
    tab.button("New conversation").tap();
    tab.expectCount(0);
    assertThat(tab.page().locator("#sidebar")).not().isInViewport();
    tab.openSettings();
    assertThat(sideways(tab)).isEqualTo(0);
  }

  /// Pixels that the page is wider than its window.
  private static Object sideways(ChatTab tab) {
    return tab.run(
        "() => Math.max(0, document.documentElement.scrollWidth - innerWidth,"
            + " document.getElementById('scroller').scrollWidth - document.getElementById('scroller').clientWidth)");
  }

  @Test
  void atFourTimesTheSizeNothingIsOffTheSide() {
    ChatTab tab =
        withAnswer(new Browser.NewContextOptions().setViewportSize(300, 200).setLocale("en-GB"));
    assertThat(sideways(tab)).isEqualTo(0);
    assertThat(tab.box()).isInViewport();
  }

  @Test
  void theConversationScrollsWhateverTheWindow() {
    ChatTab tab = open(Chromium.phone());
    server.next(ScriptedServer.text("line\n\n".repeat(200)));
    tab.send("Long.");
    tab.awaitEnd();
    assertThat(tab.run("() => document.getElementById('scroller').scrollTop > 1000"))
        .isEqualTo(true);
    assertThat(tab.run("() => document.documentElement.scrollHeight <= innerHeight + 1"))
        .isEqualTo(true);
  }

  @Test
  void readersWhoScrolledUpStayWhereTheyAre() {
    ChatTab tab = open(Chromium.desk());
    Semaphore steps = new Semaphore(1);
    server.next(
        ScriptedServer.held(
            steps, "line\n\n".repeat(100), "more\n\n".repeat(50), "last\n\n".repeat(50)));
    tab.send("Long.");
    tab.expect(1, "line");
    tab.page().waitForFunction("() => document.getElementById('scroller').scrollTop > 500");
    assertThat(tab.button("To the end")).isHidden();
    tab.page().locator("#scroller").hover();
    tab.page().mouse().wheel(0, -700);
    assertThat(tab.button("To the end")).isVisible();
    Object top = tab.run("() => document.getElementById('scroller').scrollTop");
    steps.release();
    tab.expect(1, "more");
    assertThat(tab.run("() => document.getElementById('scroller').scrollTop")).isEqualTo(top);
    steps.release();
    tab.expect(1, "last");
    tab.awaitEnd();
    assertThat(tab.run("() => document.getElementById('scroller').scrollTop")).isEqualTo(top);
    tab.button("To the end").click();
    assertThat(tab.button("To the end")).isHidden();
  }

  @Test
  void lightAndDarkAreAsTheSystemHasItOrAsChosen() {
    ChatTab tab = open(Chromium.dark());
    assertThat(tab.page().locator("body")).hasCSS("background-color", "rgb(27, 26, 25)");
    tab.openSettings();
    tab.setting("Colours").selectOption("light");
    tab.saveSettings();
    assertThat(tab.page().locator("body")).hasCSS("background-color", "rgb(255, 255, 255)");
    tab.page().reload();
    assertThat(tab.page().locator("body")).hasCSS("background-color", "rgb(255, 255, 255)");
  }

  @Test
  void textRunsAsItsScriptDoes() {
    ChatTab tab = open(Chromium.desk());
    server.next(ScriptedServer.text("اللاما حيوان من أمريكا الجنوبية."));
    tab.send("ما هي اللاما؟");
    tab.awaitEnd();
    assertThat(tab.message(0).locator(".content")).hasCSS("direction", "rtl");
    assertThat(tab.message(1).locator(".content")).hasCSS("direction", "rtl");
  }

  @Test
  void answersAreToldToScreenReadersInSentences() {
    ChatTab tab = open(Chromium.desk());
    Semaphore steps = new Semaphore(0);
    server.next(ScriptedServer.held(steps, "One sentence."));
    tab.send("Speak.");
    tab.expectSaid("#status", "Writing…");
    assertThat(tab.page().locator("[role=log]")).hasAttribute("aria-live", "off");
    steps.release();
    tab.expectSaid("#status", "One sentence. Answer finished.");
  }

  @Test
  void copiedCodeIsTheCode() {
    ChatTab tab = withAnswer(Chromium.desk().setPermissions(List.of("clipboard-read")));
    tab.button("Copy code").click();
    assertThat(tab.run("() => navigator.clipboard.readText()"))
        .isEqualTo("int llama = 1; // a comment\n");
    tab.press(1, "Copy message");
    assertThat(tab.run("() => navigator.clipboard.readText()")).isEqualTo(MARKDOWN);
  }

  @Test
  void formulasAreMathMl() {
    ChatTab tab = open(Chromium.desk());
    server.next(
        ScriptedServer.text(
            "It costs $5 and $10. But $a+b$ and \\(c\\):\n\n$$\n\\frac{1}{", "2}\n$$\n\nEnd."));
    tab.send("Formulas.");
    tab.awaitEnd();
    assertThat(tab.message(1).locator("math")).hasCount(3);
    assertThat(tab.message(1).locator("mfrac")).hasCount(1);
    tab.expect(1, "It costs $5 and $10.");
    tab.expectNot(1, "frac");
  }

  @Test
  void axeFindsNothingSerious() throws IOException {
    ChatTab empty = open(Chromium.desk());
    require(empty, "empty");
    ChatTab tab = withAnswer(Chromium.desk());
    require(tab, "with an answer");
    tab.openSettings();
    require(tab, "settings open");
    require(withAnswer(Chromium.dark()), "dark");
    ChatTab phone = withAnswer(Chromium.phone());
    require(phone, "phone");
    phone.button("Conversations").tap();
    require(phone, "phone, with the list");
    server.next(ScriptedServer.refusal(500, "{\"error\": {\"message\": \"broken\"}}"));
    ChatTab failed = open(Chromium.desk());
    failed.send("Fail.");
    failed.expect(1, "broken");
    require(failed, "with an error");
  }

  private static void require(ChatTab tab, String state) throws IOException {
    try (InputStream in = ReachTest.class.getClassLoader().getResourceAsStream("axe.min.js")) {
      assertThat(in).isNotNull();
      tab.run(new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n0");
    }
    Object found =
        tab.run(
            "() => axe.run().then(r => r.violations.map(v => v.impact + ' ' + v.id + ': ' +"
                + " v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; ')))");
    System.out.println("axe, " + state + ": " + found);
    assertThat((List<?>) found)
        .as(state)
        .noneMatch(violation -> violation.toString().matches("(?s)(serious|critical) .*"));
  }
}
