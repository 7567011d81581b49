package puna.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.template.python.TemplateException;
import puna.json.JsonValue.JsonObject;

/// The model reads the same prompt wherever it runs.
@Isolated("it changes the locale of the whole JVM")
class TemplateLocaleTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:06Z"), ZoneOffset.UTC);
  private static final String TEMPLATE =
      "{{ strftime_now('%d %b %Y %e %j %H:%M:%S %f %p %U %G-%V %s %x %c %10Y') }}|"
          + "{{ '%5d %e %.3f %g %x %c %05.1f' % (42, 12345.678, 2.5, 1e-7, 255, 65, 3.14159) }}|"
          + "{{ '{:,} {:08.2f} {:e} {:x} {:%} {:_b}'.format(1234567, 3.5, 1e22, 255, 0.5, 99) }}|"
          + "{{ 1e22 }} {{ 5e-324 }} {{ 12345678901234567890 }} {{ 0.1 }} {{ [1e-7] }}|"
          + "{{ 'TITLE iİıI'|lower }} {{ 'istanbul'|upper }} {{ 'istanbul ii'.title() }}|"
          + "{{ 'I'.casefold() }} {{ 'ISTANBUL'.swapcase() }} {{ 'iI'|capitalize }}|"
          + "{{ {'a': 1e22, 'é': '\\x7f\\u2028'} | tojson(ensure_ascii=true) }} {{ '\\x01é\\u2028' | pprint }}|"
          + "{{ 1234567|filesizeformat }} {{ 'é/ü'|urlencode }} {{ 2.567|round(1) }}|"
          + "{{ '١٢'|int }} {{ 'é'.encode() }} {{ range(3, 9, 2) }} {{ '%a' % 'é' }}|"
          + "{% for x in [1, 2] %}{{ loop }}{{ loop.index }}{% endfor %}";

  private final Locale before = Locale.getDefault();

  @AfterEach
  void restoreTheLocale() {
    Locale.setDefault(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fa-IR",
        "ar-EG",
        "ar-EG-u-nu-arab",
        "hi-IN-u-nu-deva",
        "th-TH-u-nu-thai-ca-buddhist",
        "tr-TR",
        "de-DE",
        "my-MM",
        "ja-JP-u-ca-japanese",
        "lt-LT"
      })
  void promptsAreTheSameInEveryLocale(String tag) {
    Locale.setDefault(Locale.ROOT);
    String expected = render();
    Locale.setDefault(Locale.forLanguageTag(tag));

    assertThat(render()).isEqualTo(expected);
  }

  @Test
  void errorsNameTheirPlaceWithTheDigitsZeroToNine() {
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));

    assertThat(failure()).isEqualTo("line 1, column 5: division by zero");
  }

  private static String failure() {
    try {
      Template.parse("{{ 1/0 }}").render(new JsonObject(Map.of()), Set.of(), CLOCK);
      return "no error";
    } catch (TemplateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String render() {
    return Template.parse(TEMPLATE).render(new JsonObject(Map.of()), Set.of(), CLOCK).text();
  }
}
