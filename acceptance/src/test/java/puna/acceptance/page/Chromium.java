package puna.acceptance.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The Chromium of the system, without a window. What pages ask of other addresses, and what goes
/// wrong in them, is kept.
final class Chromium implements AutoCloseable {
  private static final int MILLIS =
      Integer.getInteger("puna.page.millis", 120_000); // of waiting, on a machine that is in use

  private final Playwright playwright;
  private final Browser browser;
  private final List<String> foreign = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private Chromium(Path program) {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program)
                    .setArgs(List.of("--no-sandbox")));
  }

  /// Starts it; the test is skipped where there is none.
  static Chromium start() {
    Optional<Path> program =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(program.isPresent(), "needs Chromium (Debian: apt-get install chromium)");
    return new Chromium(program.get());
  }

  /// A window as people have on a desk.
  static Browser.NewContextOptions desk() {
    return new Browser.NewContextOptions().setViewportSize(1200, 800).setLocale("en-GB");
  }

  /// A telephone.
  static Browser.NewContextOptions phone() {
    return new Browser.NewContextOptions()
        .setViewportSize(360, 720)
        .setHasTouch(true)
        .setIsMobile(true)
        .setDeviceScaleFactor(2)
        .setLocale("en-GB");
  }

  /// The same at night.
  static Browser.NewContextOptions dark() {
    return desk().setColorScheme(ColorScheme.DARK);
  }

  /// A profile of its own, with one tab at that address.
  Page open(String address, Browser.NewContextOptions options) {
    BrowserContext context = browser.newContext(options);
    context.setDefaultTimeout(MILLIS);
    return tab(context, address);
  }

  /// One more tab of a profile.
  Page tab(BrowserContext context, String address) {
    Page page = context.newPage();
    URI target = URI.create(address);
    String origin = target.getScheme() + "://" + target.getAuthority() + "/";
    page.onRequest(request -> {
      if (!request.url().startsWith(origin)
          && !request.url().startsWith("blob:")
          && !request.url().startsWith("data:")) {
        foreign.add(request.url());
      }
    });
    page.onPageError(faults::add);
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
        faults.add(message.text());
      }
    });
    page.onDialog(dialog -> {
      faults.add("a dialog: " + dialog.message());
      dialog.dismiss();
    });
    page.navigate(address);
    return page;
  }

  /// Requests to other addresses.
  List<String> foreign() {
    return List.copyOf(foreign);
  }

  /// Exceptions, errors on the console, dialogs.
  List<String> faults() {
    return List.copyOf(faults);
  }

  /// Closes all tabs, and forgets what they did.
  void forget() {
    browser.contexts().forEach(BrowserContext::close);
    foreign.clear();
    faults.clear();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
