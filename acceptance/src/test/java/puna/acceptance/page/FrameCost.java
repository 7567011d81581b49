package puna.acceptance.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// What an answer that streams into a long conversation costs the browser, by its own trace: the
/// time of the processor that the page's main thread takes, frame by frame.
///
/// Usage: `FrameCost [MESSAGES [CHARACTERS [TOKENS A SECOND]]]`, by default 500, 2,000 each (1 MB),
/// and 60.
final class FrameCost {
  private static final int PIECES = 900;
  private static final String PARAGRAPH =
      "A paragraph about **llamas**, with `code`, a [link](https://example.invalid/) and words. ";

  private FrameCost() {}

  public static void main(String[] arguments) {
    int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500;
    int characters = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2_000;
    int rate = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 60;
    try (Chromium chromium = Chromium.start();
        ScriptedServer server = new ScriptedServer()) {
      ChatTab tab = new ChatTab(chromium.open(server.address(), Chromium.desk()));
      firstPaint(tab);
      fill(tab, messages, characters);
      measure(tab, server, rate);
    }
    System.exit(0);
  }

  private static void firstPaint(ChatTab tab) {
    for (int i = 0; i < 5; i++) {
      tab.page().reload();
      tab.page().waitForTimeout(500);
      System.out.println(
          "first paint, ms: "
              + tab.run(
                  "() => Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)"));
    }
  }

  private static void fill(ChatTab tab, int messages, int characters) {
    String text =
        PARAGRAPH.repeat(characters / PARAGRAPH.length()) + "\n\n```java\nint a = 1;\n```";
    StringBuilder all =
        new StringBuilder(
            "{\"format\": \"puna-conversations\", \"version\": 1, \"conversations\": [{\"id\": \"long\","
                + " \"title\": \"Long\", \"messages\": [");
    for (int i = 0; i < messages; i++) {
      all.append(
          "%s{\"id\": \"m%d\", \"parent\": %s, \"role\": \"%s\", \"created\": %d, \"content\": %s}"
              .formatted(
                  i == 0 ? "" : ",",
                  i,
                  i == 0 ? "null" : "\"m" + (i - 1) + "\"",
                  i % 2 == 0 ? "user" : "assistant",
                  1000 + i,
                  Json.write(new JsonString(text))));
    }
    all.append("]}]}");
    tab.openSettings();
    FileChooser chooser = tab.page().waitForFileChooser(() -> tab.button("Import").click());
    chooser.setFiles(
        new FilePayload(
            "long.json", "application/json", all.toString().getBytes(StandardCharsets.UTF_8)));
    tab.expectSaid("#toast", "imported");
    tab.page().keyboard().press("Escape");
    System.out.printf(
        Locale.ROOT, "%d messages, %.2f MB%n", messages, (double) text.length() * messages / 1e6);
    tab.page().evaluate("() => { location.hash = '#long'; }");
    tab.expectCount(messages);
    for (int i = 0; i < 3; i++) {
      System.out.println("opening it, ms until its end is painted: " + tab.page().evaluate(OPEN));
    }
  }

  /// Leaves the conversation and comes back to it.
  private static final String OPEN =
      """
      async () => {
        document.getElementById('new-conversation').click();
        await new Promise(r => setTimeout(r, 500));
        const start = performance.now();
        location.hash = '#long';
        while (document.querySelectorAll('#messages article').length < 100) {
          await new Promise(requestAnimationFrame);
        }
        await new Promise(requestAnimationFrame);
        await new Promise(r => setTimeout(r));
        return Math.round(performance.now() - start);
      }\
      """;

  private static void measure(ChatTab tab, ScriptedServer server, int rate) {
    String[] words = (PARAGRAPH.repeat(3) + "\n\n- one\n- two\n\n").split("(?<= )");
    server.next(exchange -> {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      for (int i = 0; i < PIECES; i++) {
        ScriptedServer.event(
            exchange.getResponseBody(),
            "{\"choices\": [{\"index\": 0, \"delta\": %s}]}"
                .formatted(ScriptedServer.content(words[i % words.length])));
        LockSupport.parkNanos(1_000_000_000L / rate);
      }
      exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    });
    Browser browser = tab.page().context().browser();
    tab.send("Go on.");
    tab.page().waitForTimeout(2_000);
    browser.startTracing(
        tab.page(),
        new Browser.StartTracingOptions()
            .setCategories(
                List.of("toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline")));
    Page page = tab.page();
    page.waitForTimeout(8_000);
    report(new String(browser.stopTracing(), StandardCharsets.UTF_8));
    tab.awaitEnd();
  }

  /// Sums the tasks of the page's main thread between the commits of its frames.
  private static void report(String trace) {
    JsonArray events =
        (JsonArray) ((JsonObject) Json.parse(trace, "trace")).get("traceEvents").orElseThrow();
    Map<String, List<double[]>> tasks = new TreeMap<>(); // by thread: begin and length, ms
    Map<String, List<Double>> frames = new TreeMap<>();
    for (JsonValue value : events.elements()) {
      JsonObject event = (JsonObject) value;
      String thread = text(event, "pid") + "/" + text(event, "tid");
      String name = text(event, "name");
      if (name.equals("RunTask")) {
        tasks
            .computeIfAbsent(thread, _ -> new ArrayList<>())
            .add(new double[] {number(event, "ts") / 1e3, number(event, "tdur") / 1e3});
      } else if (name.equals("Commit")) {
        frames.computeIfAbsent(thread, _ -> new ArrayList<>()).add(number(event, "ts") / 1e3);
      }
    }
    if (frames.isEmpty()) {
      throw new IllegalStateException("the trace has no frames: " + names(events));
    }
    String main =
        frames.entrySet().stream()
            .max((a, b) -> Integer.compare(a.getValue().size(), b.getValue().size()))
            .orElseThrow()
            .getKey();
    print(events, main, frames.get(main).size());
    double[] starts = frames.get(main).stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double[] busy = new double[starts.length - 1];
    for (double[] task : tasks.getOrDefault(main, List.of())) {
      int at = Arrays.binarySearch(starts, task[0]);
      int frame = at >= 0 ? at : -at - 2;
      if (frame >= 0 && frame < busy.length) {
        busy[frame] += task[1];
      }
    }
    Arrays.sort(busy);
    System.out.printf(
        Locale.ROOT,
        "%d frames in %.1f s; processor time of the main thread, ms a frame: mean %.2f, p50 %.2f, p90 %.2f, p99 %.2f, most %.2f%n",
        busy.length,
        (starts[starts.length - 1] - starts[0]) / 1e3,
        Arrays.stream(busy).average().orElse(0),
        busy[busy.length / 2],
        busy[busy.length * 9 / 10],
        busy[busy.length * 99 / 100],
        busy[busy.length - 1]);
  }

  /// What of it takes how long; an event has those in it too.
  private static void print(JsonArray events, String thread, int frames) {
    Map<String, Double> sums = new TreeMap<>();
    for (JsonValue value : events.elements()) {
      JsonObject event = (JsonObject) value;
      if (thread.equals(text(event, "pid") + "/" + text(event, "tid"))) {
        sums.merge(text(event, "name"), number(event, "tdur") / 1e3 / frames, Double::sum);
      }
    }
    sums.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(14)
        .forEach(each ->
            System.out.printf(Locale.ROOT, "  %-50s %.2f%n", each.getKey(), each.getValue()));
  }

  private static Map<String, Integer> names(JsonArray events) {
    Map<String, Integer> counts = new TreeMap<>();
    events
        .elements()
        .forEach(event -> counts.merge(text((JsonObject) event, "name"), 1, Integer::sum));
    return counts;
  }

  private static String text(JsonObject event, String name) {
    return event
        .get(name)
        .map(value -> value instanceof JsonString(String s) ? s : Json.write(value))
        .orElse("");
  }

  private static double number(JsonObject event, String name) {
    return event
        .get(name)
        .map(value -> Double.parseDouble(Json.write((JsonNumber) value)))
        .orElse(0.0);
  }
}
