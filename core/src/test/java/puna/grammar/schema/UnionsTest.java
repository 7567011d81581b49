package puna.grammar.schema;

import static puna.grammar.schema.SchemaTexts.assertKept;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Unions as code generators write them, with many variants.
@Timeout(120)
class UnionsTest {
  private static String oneOf(int count, IntFunction<String> variant) {
    return "{'oneOf':["
        + IntStream.range(0, count).mapToObj(variant).collect(Collectors.joining(","))
        + "]}";
  }

  @Test
  void keepsVariantsToldApartByARequiredName() {
    assertKept(
        oneOf(
            60,
            i ->
                "{'type':'object','properties':{'v%s':{'type':'integer'}},'required':['v%s'],"
                        .formatted(i, i)
                    + "'additionalProperties':false}"),
        List.of("{'v0':1}", "{'v59':2}"),
        List.of("{}", "{'v0':1,'v1':1}", "{'v0':'a'}", "{'v60':1}"));
  }

  @Test
  void keepsTaggedVariants() {
    assertKept(
        oneOf(
            80,
            i ->
                "{'type':'object','properties':{'kind':{'const':'k%s'},'n%s':{'type':'null'}},"
                        .formatted(i, i)
                    + "'required':['kind']}"),
        List.of("{'kind':'k7','n7':null}", "{'kind':'k79'}"),
        List.of("{'kind':'k80'}", "{'kind':'k7','n7':1}", "{}"));
  }

  @Test
  void keepsOpenVariantsBySoundness() {
    assertKept(
        oneOf(
            12,
            i ->
                "{'type':'object','properties':{'o%s':{'type':'integer'}},'required':['o%s']}"
                    .formatted(i, i)),
        List.of("{'o0':1}", "{'o11':1}"),
        List.of("{'o0':1,'o1':1}", "{'o0':'a'}", "{}"));
  }

  @Test
  void keepsVariantsThatOnlyTheAbsenceOfAMemberConfuses() {
    String closed =
        IntStream.range(0, 12)
            .mapToObj(i ->
                "{'type':'object','properties':{'a%s':{'type':'integer'},'b%s':{}},'additionalProperties':false}"
                    .formatted(i, i))
            .collect(Collectors.joining(","));
    assertKept(
        "{'oneOf':[" + closed + "]}",
        List.of("{'a3':1}", "{'b11':'x','a11':2}"),
        List.of("{}", "{'a3':1,'a4':1}", "{'a3':'x'}"));
    String open =
        IntStream.range(0, 40)
            .mapToObj(i ->
                "{'type':'object','properties':{'kind':{'const':'v%s'},'x':{'type':'string'}},'required':['x']}"
                    .formatted(i))
            .collect(Collectors.joining(","));
    assertKept(
        "{'oneOf':[" + open + "]}",
        List.of("{'kind':'v3','x':''}", "{'x':'y','kind':'v39'}"),
        List.of("{'x':''}", "{'kind':'v40','x':''}", "{'kind':'v3'}"));
  }
}
