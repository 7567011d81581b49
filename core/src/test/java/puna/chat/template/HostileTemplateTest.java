package puna.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.chat.template.python.TemplateException;
import puna.json.JsonValue.JsonObject;

/// Templates that would take all memory, all time or all of the stack.
class HostileTemplateTest {
  private static final long SMALL_STACK = 512 * 1024;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 10 ** 9 }}",
        "{{ [1] * 10 ** 9 }}",
        "{{ range(10 ** 12) }}",
        "{{ 10 ** 100000 }}",
        "{% set ns = namespace(s='x' * 1000) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}"
            + "{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}"
            + "{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = [ns.l] %}"
            + "{% endfor %}{{ ns.l }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{% if true %}{% filter upper %}{{ [[m()]] }}{% endfilter %}{% endif %}"
            + "{% endmacro %}{{ m() }}",
        "{% macro m(f) %}{{ [1]|map('replace', '1', f(f))|join }}{% endmacro %}{{ m(m) }}",
        "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(99999) %}"
            + "{% set ns.s = ns.s|map('string') %}{% endfor %}{{ ns.s|list }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 'x'.center(10 ** 9) }}",
        "{{ 'x'|indent(10 ** 9, true) }}",
        "{{ [1]|batch(10 ** 9, 0)|list }}",
        "{{ [1]|slice(10 ** 9)|list }}",
        "{{ ('a' * 4000000).find('a' * 2000000 ~ 'b') }}",
        "{{ ('a' * 100000)|replace('a', 'a' * 100000) }}",
        "{{ range(100000)|map('tojson')|map('replace', '', 'x' * 100000)|list }}",
        "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns.me.me }}{{ ns|tojson }}"
      })
  void areStoppedWithAnError(String template) throws InterruptedException {
    assertThat(failure(template)).startsWith("line ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set ns = namespace(n=1) %}{% for i in range(9999) %}"
            + "{% set ns.n = namespace(n=[[[ns.n]]]) %}{% endfor %}{{ ns.n }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ '{:.999999999f}'.format(1.5) }}",
        "{{ '{:{}}'.format(1, 10 ** 12) }}",
        "{{ '{0' ~ '[0]' * 100000 ~ '.' ~ '}' }}{{ ('{0' ~ '[0]' * 100000 ~ '}').format(1) }}",
        "{{ ('{:' * 100000).format(*range(100000)) }}",
        "{{ '%*d' % (10 ** 12, 1) }}",
        "{{ '%.*f' % (10 ** 12, 1) }}",
        "{{ strftime_now('%999999999Y') }}",
        "{{ strftime_now('%9999c' * 1500) }}",
        "{{ 'x'.ljust(10 ** 9) }}",
        "{{ 'x'.zfill(10 ** 9) }}",
        "{{ '\\t'.expandtabs(2 ** 30) }}",
        "{{ ('a' * 100000).translate({97: 'b' * 100000}) }}",
        "{{ (1).to_bytes(10 ** 9) }}",
        "{{ ('<' * 20000 ~ '>' * 20000)|striptags|length }}{{ 1/0 }}",
        "{% block b %}{{ self.b() }}{% endblock %}",
        "{% set ns = namespace(b='x'.encode()) %}{% for i in range(99) %}"
            + "{% set ns.b = ns.b + ns.b %}{% endfor %}",
        "{{ (('a.' * 20000) ~ 'org ' ~ 'http://' ~ '[:' * 20000)|urlize|length }}{{ 1/0 }}",
        "{{ (('a-' * 50000) ~ 'b')|wordwrap(3)|length }}{{ 1/0 }}",
        "{{ (['x'] * 30000)|pprint|length }}{{ 1/0 }}",
        "{{ ('ΣΣ' * 50000).title()|length }}{{ 1/0 }}"
      })
  void areStoppedWithAnErrorWhateverTheirArguments(String template) throws InterruptedException {
    assertThat(failure(template)).startsWith("line ");
  }

  @Test
  void deepNestingIsRefusedBeforeTheStackEnds() throws InterruptedException {
    int many = 50_000;
    List<String> templates =
        List.of(
            "{{ " + "(".repeat(many) + "1" + ")".repeat(many) + " }}",
            "{{ " + "[".repeat(many) + "]".repeat(many) + " }}",
            "{{ " + "not ".repeat(many) + "1 }}",
            "{{ " + "-".repeat(many) + "1 }}",
            "{{ 1" + " + 1".repeat(many) + " }}",
            "{{ x" + ".x".repeat(many) + " }}",
            "{{ ''" + "|upper".repeat(many) + " }}",
            "{{ 1" + " if 1 else 1".repeat(many) + " }}",
            "{% if 1 %}".repeat(many) + "{% endif %}".repeat(many),
            "{% for x in y %}".repeat(many) + "{% endfor %}".repeat(many),
            "{% set " + "(".repeat(many) + "x" + ")".repeat(many) + " = 1 %}");
    for (String template : templates) {
      assertThat(failure(template)).startsWith("line ");
    }
  }

  @Test
  void longButFlatTemplatesAreNoProblem() throws InterruptedException {
    assertThat(failure("{% if x %}a{% elif 1 %}" + "{% elif 0 %}".repeat(5000) + "b{% endif %}"))
        .isEqualTo("ok");
    assertThat(failure("{{ ''" + " ~ 1".repeat(5000) + " }}")).isEqualTo("ok");
  }

  @Test
  void mutatedTemplatesNeverFailInAnotherWay() {
    String seed =
        "{% macro m(a, b=[1, {'k': 2.5}]) -%} {{ a|map('upper')|join(', ') ~ b[0:-1:2] }}"
            + "{%- endmacro %}{% for k, v in x.items() if v is not none %}{{ loop.index }}"
            + "{{ m(k, *v) if not v == 3 else \"\\u00e9\" }}{% endfor %}{# c #}{% raw %}{{{% endraw %}";
    Random random = TestSeed.random(11);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder mutated = new StringBuilder(seed);
      for (int edit = random.nextInt(4); edit >= 0; edit--) {
        int at = random.nextInt(mutated.length());
        switch (random.nextInt(3)) {
          case 0 -> mutated.deleteCharAt(at);
          case 1 -> mutated.insert(at, seed.charAt(random.nextInt(seed.length())));
          default -> mutated.setCharAt(at, seed.charAt(random.nextInt(seed.length())));
        }
      }
      assertThat(render(mutated.toString())).as("edit %d: %s", i, mutated).isNotEmpty();
    }
  }

  @Test
  void errorsNameLineAndColumn() {
    assertThat(render("a\n  {{ nope.x }}")).isEqualTo("line 2, column 10: 'nope' is undefined");
    assertThat(render("a\n{% if %}"))
        .isEqualTo("line 2, column 7: expected an expression, found '%}'");
    assertThat(render("é😀{{ 1/0 }}")).isEqualTo("line 1, column 7: division by zero");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> Template.parse("x".repeat((1 << 22) + 1)))
        .withMessageContaining("at most 4194304 characters");
  }

  private static String render(String template) {
    try {
      Template.parse(template).render(new JsonObject(Map.of()), Set.of(), Clock.systemUTC());
      return "ok";
    } catch (TemplateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Renders on a thread with a small stack.
  private static String failure(String template) throws InterruptedException {
    List<String> found = new ArrayList<>();
    Thread thread = new Thread(null, () -> found.add(render(template)), "small", SMALL_STACK);
    thread.start();
    thread.join();
    assertThat(found).as("the thread of the template died: %.80s", template).hasSize(1);
    return found.getFirst();
  }
}
