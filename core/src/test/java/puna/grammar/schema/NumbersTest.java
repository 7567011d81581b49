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

  @Test
  void roundMultiplesAreToldByTheirLastDigits() {
    assertKept(
        "{'multipleOf':1000000}",
        List.of("0", "1000000", "-2000000", "30000000.0"),
        List.of("1", "100000", "1500000", "1000000.5", "10"));
    assertKept(
        "{'multipleOf':86400000}",
        List.of("0", "86400000", "172800000", "864000000"),
        List.of("86400001", "8640000", "100000000", "4320000000.1"));
    assertKept("{'multipleOf':7e20}", List.of("700000000000000000000"), List.of("7", "1e20"));
  }

  @Test
  void zeroMayBeNegative() {
    assertKept("{'type':'integer','minimum':0}", List.of("-0", "0", "3"), List.of("-1", "-01"));
    assertKept("{'enum':[0,1.5]}", List.of("-0", "-0.0", "0", "1.5"), List.of("-1.5", "-"));
    assertKept("{'type':'number','exclusiveMinimum':0}", List.of("1"), List.of("-0", "0"));
  }

  @Test
  void exponentsGoAsFarAsADouble() {
    List<String> large = List.of("1e300", "9.99E+307", "1.7976931348623157E308", "1e308");
    List<String> tooLarge = List.of("1.7976931348623158e308", "2e308", "1e309", "1e1000");
    assertKept("{'type':'number'}", large, tooLarge);
    assertKept("{'type':'number'}", List.of("4.9E-324", "-1e-300", "-1e300"), List.of());
    assertKept("{'type':'number','minimum':5}", List.of(), List.of("1e-300"));
    assertKept("{'type':'number','minimum':0}", large, List.of("-1e300", "2e308"));
    assertKept("{'type':'number','minimum':0}", List.of("4.9E-324"), List.of("-4.9E-324"));
    assertKept("{'type':'number','maximum':1e200}", List.of("-1e300"), List.of("1e300", "1e201"));
  }
}
