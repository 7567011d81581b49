package puna.grammar.schema;

import static puna.grammar.schema.SchemaTexts.assertKept;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Spellings of numbers beside bounds, and large bounds of everything else.
class NumbersTest {
  @Test
  void keepsExponentsWhereNoBoundIsPassed() {
    assertKept(
        "{'type':'number','minimum':0,'maximum':1}",
        List.of("1e-3", "5E-1", "0.25", "9.5e-07"),
        List.of("2", "1e1", "-1e-3", "1.5e0"));
    assertKept(
        "{'type':'number','exclusiveMinimum':0}", List.of("6.02e23", "1e-7"), List.of("-1e5"));
    assertKept(
        "{'type':'number','maximum':-1}", List.of("-1e5", "-1.5e0"), List.of("-1e-1", "1e5"));
    assertKept(
        "{'type':'number','maximum':-2}", List.of("-2", "-20"), List.of("-1e0", "-1.5e0", "1e5"));
    assertKept(
        "{'type':'number','minimum':-1.7976931348623157e308,'maximum':1.7976931348623157e308}",
        List.of("1e300", "-2.5e299", "0"),
        List.of("1e309", "-1e400"));
    assertKept("{'type':'number'}", List.of("1e30", "1E-30"), List.of("1e", "e1"));
  }

  @Test
  void keepsLargerMultiples() {
    assertKept(
        "{'type':'integer','multipleOf':3600}", List.of("7200", "0", "-3600"), List.of("3601"));
    assertKept("{'type':'integer','multipleOf':8192}", List.of("16384"), List.of("8193"));
  }

  @Test
  void keepsTwoLengthsHoweverLarge() {
    assertKept(
        "{'type':'string','minLength':50,'maxLength':32767}",
        List.of("'" + "a".repeat(50) + "'", "'" + "a".repeat(32767) + "'"),
        List.of("'" + "a".repeat(49) + "'", "'" + "a".repeat(32768) + "'"));
  }

  @Test
  void keepsLargeNumbersOfElementsAndMembers() {
    String ones = "1,".repeat(1999) + "1";
    assertKept(
        "{'type':'array','items':{'type':'integer'},'maxItems':2000}",
        List.of("[" + ones + "]"),
        List.of("[" + ones + ",1]"));
  }
}
