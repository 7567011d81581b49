package puna.grammar.schema;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Our JSON values as the independent validator wants to see them.
final class ValidatorNode implements JsonNode {
  private final JsonValue value;
  private final String pointer;

  private ValidatorNode(JsonValue value, String pointer) {
    this.value = value;
    this.pointer = pointer;
  }

  static final class Factory implements JsonNodeFactory {
    @Override
    public JsonNode wrap(Object node) {
      return node instanceof ValidatorNode wrapped
          ? wrapped
          : new ValidatorNode((JsonValue) node, "");
    }

    @Override
    public JsonNode create(String text) {
      return new ValidatorNode(Json.parse(text, "text"), "");
    }
  }

  @Override
  public String getJsonPointer() {
    return pointer;
  }

  @Override
  public SimpleType getNodeType() {
    return switch (value) {
      case JsonNull _ -> SimpleType.NULL;
      case JsonBoolean _ -> SimpleType.BOOLEAN;
      case JsonString _ -> SimpleType.STRING;
      case JsonNumber _ ->
          asNumber().stripTrailingZeros().scale() <= 0 ? SimpleType.INTEGER : SimpleType.NUMBER;
      case JsonArray _ -> SimpleType.ARRAY;
      case JsonObject _ -> SimpleType.OBJECT;
    };
  }

  @Override
  public boolean asBoolean() {
    return value == JsonBoolean.TRUE;
  }

  @Override
  public String asString() {
    return value instanceof JsonString(String text) ? text : Json.write(value);
  }

  @Override
  public BigInteger asInteger() {
    return asNumber().toBigIntegerExact();
  }

  @Override
  public BigDecimal asNumber() {
    // the validator takes 1.5 and 1.50 for different numbers
    return new BigDecimal(((JsonNumber) value).text()).stripTrailingZeros();
  }

  @Override
  public List<JsonNode> asArray() {
    List<JsonNode> nodes = new ArrayList<>();
    for (JsonValue element : ((JsonArray) value).elements()) {
      nodes.add(new ValidatorNode(element, pointer + "/" + nodes.size()));
    }
    return nodes;
  }

  @Override
  public Map<String, JsonNode> asObject() {
    Map<String, JsonNode> nodes = new LinkedHashMap<>();
    ((JsonObject) value)
        .members()
        .forEach((name, member) ->
            nodes.put(
                name, new ValidatorNode(member, pointer + "/" + JsonNode.encodeJsonPointer(name))));
    return nodes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValidatorNode node && canonical(value).equals(canonical(node.value));
  }

  @Override
  public int hashCode() {
    return canonical(value).hashCode();
  }

  private static Object canonical(JsonValue value) {
    return switch (value) {
      case JsonNumber(String text) -> new BigDecimal(text).stripTrailingZeros();
      case JsonArray(List<JsonValue> elements) ->
          elements.stream().map(ValidatorNode::canonical).toList();
      case JsonObject(Map<String, JsonValue> members) -> {
        Map<String, Object> canonical = new LinkedHashMap<>();
        members.forEach((name, member) -> canonical.put(name, canonical(member)));
        yield canonical;
      }
      case JsonNull _, JsonBoolean _, JsonString _ -> value;
    };
  }
}
