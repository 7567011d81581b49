package puna.acceptance.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;

/// A tab with the chat page, in the words of its user.
final class ChatTab {
  private static final double MILLIS = Integer.getInteger("puna.page.millis", 120_000);

  private final Page page;

  ChatTab(Page page) {
    this.page = page;
    // the models are there, and so the page listens
    assertThat(page.locator("#context")).containsText("Context:", within());
  }

  private static LocatorAssertions.ContainsTextOptions within() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(MILLIS);
  }

  Page page() {
    return page;
  }

  void send(String text) {
    box().fill(text);
    page.keyboard().press("Enter");
  }

  Locator box() {
    return page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true));
  }

  Locator messages() {
    return page.locator("#messages article");
  }

  Locator message(int index) {
    return messages().nth(index);
  }

  /// A button of a message, by its name.
  Locator button(int message, String name) {
    return message(message)
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  void press(int message, String name) {
    message(message).hover();
    button(message, name).click();
  }

  /// Waits until no answer is being written.
  void awaitEnd() {
    assertThat(button("Send")).isVisible(visible());
  }

  static LocatorAssertions.IsVisibleOptions visible() {
    return new LocatorAssertions.IsVisibleOptions().setTimeout(MILLIS);
  }

  void expectCount(int count) {
    assertThat(messages())
        .hasCount(count, new LocatorAssertions.HasCountOptions().setTimeout(MILLIS));
  }

  void expect(int message, String text) {
    assertThat(message(message)).containsText(text, within());
  }

  void expectNot(int message, String text) {
    assertThat(message(message))
        .not()
        .containsText(text, new LocatorAssertions.ContainsTextOptions().setTimeout(MILLIS));
  }

  /// Something about the page says that.
  void expectSaid(String place, String text) {
    assertThat(page.locator(place)).containsText(text, within());
  }

  void openSettings() {
    button("Settings").click();
    assertThat(page.locator("#settings h2")).isVisible(visible());
  }

  Locator setting(String label) {
    return page.locator("#settings")
        .getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  void saveSettings() {
    page.locator("#settings")
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Save").setExact(true))
        .click();
    assertThat(page.locator("#settings h2")).hasCount(0);
  }

  /// What a script in the page gives.
  Object run(String script) {
    return page.evaluate(script);
  }

  static Pattern pattern(String text) {
    return Pattern.compile(text);
  }
}
