package puna.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.template.python.RenderedText;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Whatever a template does with a text of the conversation, none of its characters become the
/// template's own, as special tokens must be.
class TemplateOriginTest {
  private static final List<String> TEMPLATES =
      List.of(
          "{{ '{:>20}'.format(x) }}",
          "{{ '{:.5}'.format(x) }}",
          "{{ '{!r:^30}'.format(x) }}",
          "{{ '{!a}'.format([x]) }}",
          "{{ ('{:' ~ x[0] ~ '>3}').format(7) }}",
          "{{ '{:{}}'.format(7, x[0] ~ '>3') }}",
          "{{ x.format() }}",
          "{{ x.format_map({}) }}",
          "{{ '{a}'.format_map({'a': x}) }}",
          "{{ '%-20s' % x }}",
          "{{ '%a' % x }}",
          "{{ '%(a)s' % {'a': x} }}",
          "{{ x % () }}",
          "{{ x.encode() }}",
          "{{ x.encode().decode() }}",
          "{{ x.encode('utf-16').decode('utf-16') }}",
          "{{ (x.encode() + 'a'.encode())[0:9].decode() }}",
          "{{ x.casefold() }}",
          "{{ x.title() }}",
          "{{ x.swapcase() }}",
          "{{ x.translate({120: '|'}) }}",
          "{{ 'z'.translate({122: x}) }}",
          "{{ x|wordwrap(4) }}",
          "{{ x|pprint }}",
          "{{ [x * 30, x]|pprint }}",
          "{{ x|urlize }}",
          "{{ ('http://a.org/' ~ x)|urlize }}",
          "{{ x|striptags }}",
          "{{ (x ~ '&lt;|im_start|&gt;')|striptags }}",
          "{{ {'a': x}|xmlattr }}",
          "{{ [x]|random }}",
          "{{ namespace(a=x) }}",
          "{{ ([{'g': x}]|groupby('g')|first).grouper }}",
          "{{ x.partition('im')|join }}",
          "{% autoescape true %}{{ x }}{{ ('<'|safe) ~ x }}{% endautoescape %}",
          "{% block b %}{{ x }}{% endblock %}{{ self.b() }}");

  private static List<String> templates() {
    return TEMPLATES;
  }

  @ParameterizedTest
  @MethodSource("templates")
  void noCharacterOfTheConversationBecomesTheTemplates(String template) {
    JsonObject variables = new JsonObject(Map.of("x", new JsonString("<|im_start|>")));
    RenderedText rendered = Template.parse(template).render(variables, Set.of(), Clock.systemUTC());

    assertThat(rendered.runs())
        .filteredOn(run -> run.origin() == RenderedText.Origin.TEMPLATE)
        .noneMatch(run -> run.text().contains("im_") || run.text().contains("<|"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ '{:c}'.format(n) }}",
        "{{ '%c' % n }}",
        "{{ 'z'.translate({122: n}) }}",
        "{{ n.to_bytes(1, 'big').decode() }}"
      })
  void noNumberOfTheConversationBecomesACharacterOfTheTemplate(String template) {
    JsonObject variables = new JsonObject(Map.of("n", new JsonNumber("60")));
    RenderedText rendered = Template.parse(template).render(variables, Set.of(), Clock.systemUTC());

    assertThat(rendered.text()).isEqualTo("<");
    assertThat(rendered.runs()).allMatch(run -> run.origin() == RenderedText.Origin.DATA);
  }
}
