package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.describe.OpenApiDocument;
import puna.server.models.Models;
import puna.server.wire.Route;

/// The description of the routes says what they do.
@Timeout(600)
class OpenApiTest {
  /// Routes that only say that they do nothing, or answer other methods of a described path.
  private static final List<String> WITHOUT_SUBSTANCE =
      List.of("/api/create", "/api/push", "/api/blobs/{digest}", "/openapi.json");

  private static final List<String> ASKED = List.of("messages", "prompt", "input");

  private static Models models;
  private static PunaHandler handler;
  private static JsonObject document;

  @BeforeAll
  static void start() {
    models = TestServer.models("m", 256);
    handler = new PunaHandler(models, ServerOptions.defaults());
    document = new OpenApiDocument(handler.routes()).document();
  }

  @AfterAll
  static void stop() {
    models.close();
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionHasItsRoute() throws Exception {
    List<String> described = new ArrayList<>();
    ((JsonObject) document.get("paths").orElseThrow())
        .members()
        .forEach((path, methods) ->
            ((JsonObject) methods)
                .members()
                .keySet()
                .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path)));
    List<String> routes =
        handler.routes().stream()
            .filter(route -> !WITHOUT_SUBSTANCE.contains(route.path()))
            .map(route -> route.method() + " " + route.path())
            .toList();
    assertThat(described).containsExactlyInAnyOrderElementsOf(routes);
    FakeExchange served = new FakeExchange("GET", "/openapi.json", new byte[0]);
    handler.handle(served);
    assertThat(served.status()).isEqualTo(200);
    assertThat(Json.parse(served.body(), "document")).isEqualTo(document);
  }

  /// The members of the request of each described operation that has some.
  private static Map<Route, JsonObject> bodies() {
    Map<Route, JsonObject> bodies = new LinkedHashMap<>();
    for (Route route : handler.routes()) {
      document
          .get("paths")
          .flatMap(paths -> ((JsonObject) paths).get(route.path()))
          .flatMap(path -> ((JsonObject) path).get(route.method().toLowerCase(Locale.ROOT)))
          .flatMap(operation -> ((JsonObject) operation).get("requestBody"))
          .ifPresent(body ->
              bodies.put(
                  route, (JsonObject) TestServer.at(body, "content.application/json.schema")));
    }
    return bodies;
  }

  private static FakeExchange send(Route route, Map<String, JsonValue> members) throws Exception {
    FakeExchange exchange =
        new FakeExchange(
            route.method(),
            route.path(),
            Json.write(new JsonObject(members)).getBytes(StandardCharsets.UTF_8));
    handler.handle(exchange);
    return exchange;
  }

  @Test
  void whatMustBeThereIsMissed() throws Exception {
    for (Map.Entry<Route, JsonObject> body : bodies().entrySet()) {
      for (JsonValue required :
          ((JsonArray) body.getValue().get("required").orElseThrow()).elements()) {
        String name = ((JsonString) required).value();
        Map<String, JsonValue> members = right(body.getValue());
        members.remove(name);
        FakeExchange reply = send(body.getKey(), members);
        assertThat(reply.status())
            .as("%s without %s: %s", body.getKey().path(), name, reply.body())
            .isEqualTo(400);
        assertThat(reply.body()).as("%s", body.getKey().path()).contains(name);
      }
    }
  }

  @Test
  void whatIsOfAnotherTypeIsRefusedByItsName() throws Exception {
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<Route, JsonObject> body : bodies().entrySet()) {
      JsonObject properties = (JsonObject) body.getValue().get("properties").orElseThrow();
      for (Map.Entry<String, JsonValue> property : properties.members().entrySet()) {
        if (((JsonObject) property.getValue()).get("type").isPresent()) {
          String type = TestServer.text(property.getValue(), "type");
          Map<String, JsonValue> members = right(body.getValue());
          members.put(property.getKey(), other(type));
          FakeExchange reply = send(body.getKey(), members);
          all.assertThat(reply.status())
              .as("%s with another %s: %s", body.getKey().path(), property.getKey(), reply.body())
              .isEqualTo(400);
          all.assertThat(reply.body()).as("%s", body.getKey().path()).contains(property.getKey());
        }
      }
    }
    all.assertAll();
  }

  private static JsonValue other(String type) {
    return type.equals("string") ? JsonNumber.of(7) : new JsonString("x");
  }

  /// Members that must be there, and those without which nothing is answered, with values that are
  /// right.
  private static Map<String, JsonValue> right(JsonObject schema) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    JsonObject properties = (JsonObject) schema.get("properties").orElseThrow();
    List<JsonValue> required = ((JsonArray) schema.get("required").orElseThrow()).elements();
    for (String name : properties.members().keySet()) {
      if (required.contains(new JsonString(name)) || ASKED.contains(name)) {
        members.put(
            name,
            switch (name) {
              case "model" -> new JsonString("m");
              case "messages" ->
                  Json.parse("[{\"role\": \"user\", \"content\": \"Hi\"}]", "messages");
              case "max_tokens" -> JsonNumber.of(1);
              case "documents" -> Json.parse("[\"a\"]", "documents");
              case "tokens" -> Json.parse("[1]", "tokens");
              default -> new JsonString("a");
            });
      }
    }
    return members;
  }
}
