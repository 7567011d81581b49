package puna.acceptance.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;

/// Takes the pictures of the chat page that the documentation shows.
///
/// Usage: `Pictures FOLDER`.
final class Pictures {
  private static final String ANSWER =
      """
      Llamas are **domesticated** in the Andes; their wool keeps people warm on the *puna*, the high plain.

      | animal | weight | wool |
      |---|--:|---|
      | llama | 150 kg | coarse |
      | alpaca | 65 kg | fine |

      ```java
      Llama llama = Llama.open("smollm2-135m");
      System.out.println(llama.chat("How much wool?").text());
      ```

      A herd of $n$ animals gives about $w = 3n$ kilograms a year:

      $$
      w = \\sum_{i=1}^{n} w_i \\approx 3n
      $$
      """;

  private Pictures() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    try (Chromium chromium = Chromium.start();
        ScriptedServer server = new ScriptedServer()) {
      take(chromium, server, Chromium.desk(), folder.resolve("chat-page.png"));
      take(chromium, server, Chromium.dark(), folder.resolve("chat-page-dark.png"));
      take(chromium, server, Chromium.phone(), folder.resolve("chat-page-phone.png"));
    }
    System.exit(0);
  }

  private static void take(
      Chromium chromium, ScriptedServer server, Browser.NewContextOptions options, Path file) {
    server.next(
        ScriptedServer.text("The puna is the high plain of the Andes."),
        ScriptedServer.events(
            List.of(
                "{\"reasoning_content\": \"They ask for facts.\"}", ScriptedServer.content(ANSWER)),
            "stop"));
    ChatTab tab = new ChatTab(chromium.open(server.address(), options));
    tab.send("What is the puna?");
    tab.expect(1, "high plain");
    tab.awaitEnd();
    tab.send("Tell me of llamas and alpacas, with a table, some code and a formula.");
    tab.expect(3, "kilograms");
    tab.awaitEnd();
    tab.page().waitForTimeout(500);
    tab.page().screenshot(new Page.ScreenshotOptions().setPath(file));
    tab.page().context().close();
  }
}
