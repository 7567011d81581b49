package puna.acceptance.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// A browser for all tests of a class, and for each of them a server whose answers it writes.
/// Nothing may go wrong in a page, and none may ask anything of others.
abstract class PageTest {
  static Chromium chromium;

  ScriptedServer server;

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
  void serve() {
    server = new ScriptedServer();
  }

  @AfterEach
  void close() {
    List<String> faults = chromium.faults();
    List<String> foreign = chromium.foreign();
    chromium.forget(); // the next test has its own
    server.close();
    assertThat(faults).isEmpty();
    assertThat(foreign).isEmpty();
  }

  /// A tab of a profile of its own.
  ChatTab open(Browser.NewContextOptions options) {
    return new ChatTab(chromium.open(server.address(), options));
  }

  /// The same on a desk.
  ChatTab open() {
    return open(Chromium.desk());
  }
}
