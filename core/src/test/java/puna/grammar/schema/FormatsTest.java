package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static puna.grammar.schema.SchemaTexts.assertKept;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Formats as wide as their standards, alone, beside a length and where they must not hold.
class FormatsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "hostname|one-label-that-has-quite-a-lot-of-characters.example.org db.a.b.c.d.e.f.g.example"
            + "|-x.org x-.org a..b under_score",
        "email|ann@mail-relay-of-the-northern-region.example.org bob@[192.0.2.9] "
            + "cy@[IPv6:2001:db8::9]|ann ann@ @b ann@-b",
        "idn-hostname|münchen.example 例え.テスト|-ü.example ü..b",
        "idn-email|jürgen@müller.example|jürgen",
        "uri|https://[2001:db8::2]:443/ file:///etc/hosts unix:///run/x mailto:|/x 1a:b a:%zz",
        "uri-reference|/a?b ../c #d //host/e|a\\\\b /%zz",
        "iri|https://müller.example/ä|/ä",
        "uri-template|/x/{id}{?q,r*}|{} {a..b} {",
        "ipv6|::ffff:192.0.2.1 1:2:3:4:5:6:192.0.2.1 fe80::1|::ffff:256.0.0.1 ::192.0.2 1::2::3",
        "date-time|2024-02-29t23:59:60z 2026-01-02T03:04:05.1234567890123+23:59"
            + "|2026-01-02T03:04:05+24:00 2026-01-02T03:04:60Z 2025-02-29T00:00:00Z",
        "duration|P12345678901D PT0S P1W|P PT P1Y2D",
        "regex|^[a-z]+(?:ab)*$ (a[^b]+)?c{2}|(a a) * [z-a]",
        "no-such-format|anything|"
      })
  void keepsTheFormat(String format, String valid, String invalid) {
    assertKept("{'type':'string','format':'%s'}".formatted(format), texts(valid), texts(invalid));
  }

  private static List<String> texts(String joined) {
    return joined == null || joined.isBlank()
        ? List.of()
        : List.of(joined.split(" ")).stream().map(text -> "'" + text + "'").toList();
  }

  @Test
  void keepsALengthBesideAFormat() {
    assertKept(
        "{'type':'string','format':'email','minLength':6,'maxLength':254}",
        List.of("'ann@example.org'"),
        List.of("'a@b.c'", "'" + "a".repeat(250) + "@b.cd'", "'ann'"));
    assertKept(
        "{'type':'string','format':'uri','maxLength':2083}",
        List.of("'https://example.org/a/b?c=%20d#e'"),
        List.of("'https://example.org/" + "a".repeat(2083) + "'", "'x'"));
    assertKept(
        "{'type':'string','format':'hostname','maxLength':30}",
        List.of("'a.b.c.example.org'"),
        List.of("'" + "a".repeat(31) + "'", "'a_b'"));
  }

  @Test
  void keepsWhatMustNotHaveAFormat() {
    assertKept(
        "{'oneOf':[{'type':'string','format':'date'},{'type':'string','format':'date-time'},"
            + "{'const':'now'}]}",
        List.of("'2026-01-02'", "'2026-01-02T03:04:05Z'", "'now'"),
        List.of("'later'"));
    assertKept("{'type':'string','not':{'format':'email'}}", List.of("'ann'"), List.of("'a@b.cd'"));
  }

  @Test
  void keepsTheRangeOfNumbersFormats() {
    assertKept(
        "{'type':'integer','format':'int32'}", List.of("-2147483648"), List.of("2147483648"));
    assertKept("{'type':'number','format':'float'}", List.of("1.5"), List.of("1e50"));
    assertKept("{'type':'integer','format':'uint8'}", List.of("255"), List.of("256", "-1"));
  }

  @Test
  void ignoresFormatsThatAreRemarks() {
    SchemaOptions remarks = SchemaOptions.defaults().withFormats(SchemaOptions.Formats.ANNOTATIONS);

    assertThat(SchemaTexts.compile("{'format':'email','maxLength':254}", remarks).accepts("\"x\""))
        .isTrue();
  }

  @Test
  void admitsLabelsOfInternationalisedNames() {
    assertKept(
        "{'type':'string','format':'hostname'}",
        List.of("'xn--bcher-kva.example'", "'www.xn--mnchen-3ya.de'", "'xn--caf-dma.fr'"),
        List.of("'xn--bcher-kvz.example'", "'xn--X'", "'xn--'", "'xn--a-'", "'ab--c.example'"));
  }

  @Test
  void charactersThatStandAloneMayBeEscaped() {
    assertKept(
        "{'enum':['Zoë','a/b','😀','a\\tb']}",
        List.of("'Zo\\u00eb'", "'\\u005Ao\\u00EB'", "'a\\/b'", "'\\ud83d\\uDE00'", "'a\\u0009b'"),
        List.of("'Zoe'", "'\\u00eb'", "'\\ud83d'", "'a\\nb'"));
    assertKept(
        "{'properties':{'größe':{'type':'integer'}},'required':['größe'],'additionalProperties':false}",
        List.of("{'größe':1}", "{'gr\\u00f6\\u00dfe':1}", "{'\\u0067röße':1}"),
        List.of("{'grösse':1}", "{'größe':1,'\\u0067röße':2}", "{'\\u0067röße':'x'}"));
    assertKept(
        "{'properties':{'n':{'type':'integer'}}}",
        List.of("{'\\u006e':1}"),
        List.of("{'\\u006e':'x'}", "{'n':1,'\\u006e':2}"));
  }
}
