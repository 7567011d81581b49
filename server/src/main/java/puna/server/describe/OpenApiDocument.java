package puna.server.describe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Route;

/// The OpenAPI document of the server's routes.
public final class OpenApiDocument implements Endpoint {
  private static final String RESOURCE = "endpoints.txt";
  private static final String VERSION = "3.1.0";

  private final JsonObject document;

  /// What is written of a route.
  private record Description(String summary, List<Member> members) {}

  /// A member of a request's object.
  private record Member(String name, String type, boolean isRequired) {
    static Member of(String text) {
      String[] pair = text.split(":");
      boolean required = pair[0].endsWith("!");
      String name = required ? pair[0].substring(0, pair[0].length() - 1) : pair[0];
      return new Member(name, pair[1], required);
    }
  }

  /// @param routes that are described; those that nothing is written of are left out
  public OpenApiDocument(List<Route> routes) {
    this.document = document(routes, descriptions()); // its own route is not among them
  }

  /// The document.
  public JsonObject document() {
    return document;
  }

  @Override
  public void serve(Call call, String rest) {
    call.reply(200, document);
  }

  private static Map<String, Description> descriptions() {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the module lacks its resource " + RESOURCE);
      }
      Map<String, Description> all = new LinkedHashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> {
            String[] columns = line.split("\\|", -1);
            List<Member> members = new ArrayList<>();
            for (String member : columns[2].strip().split(" +")) {
              if (!member.isEmpty()) {
                members.add(Member.of(member));
              }
            }
            all.put(columns[0].strip(), new Description(columns[1].strip(), members));
          });
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
    }
  }

  private static JsonObject document(List<Route> routes, Map<String, Description> descriptions) {
    Map<String, JsonObject.Builder> paths = new LinkedHashMap<>();
    for (Route route : routes) {
      Description description = descriptions.get(route.method() + " " + route.path());
      if (description != null) {
        paths
            .computeIfAbsent(route.path(), _ -> JsonObject.builder())
            .put(route.method().toLowerCase(Locale.ROOT), operation(route, description));
      }
    }
    JsonObject.Builder all = JsonObject.builder();
    paths.forEach(all::put);
    return JsonObject.builder()
        .put("openapi", VERSION)
        .put(
            "info",
            JsonObject.builder()
                .put("title", "Puna")
                .put("description", "Llama models over the APIs that clients speak.")
                .put("version", "1"))
        .put("paths", all)
        .put("components", JsonObject.builder().put("securitySchemes", schemes()))
        .put("security", security())
        .build();
  }

  private static JsonObject.Builder schemes() {
    return JsonObject.builder()
        .put("bearer", JsonObject.builder().put("type", "http").put("scheme", "bearer"))
        .put(
            "key",
            JsonObject.builder()
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "x-api-key"));
  }

  /// A key in either place, or none where the server needs none.
  private static List<JsonObject> security() {
    JsonArray noScopes = new JsonArray(List.of());
    return List.of(
        JsonObject.builder().build(),
        JsonObject.builder().put("bearer", noScopes).build(),
        JsonObject.builder().put("key", noScopes).build());
  }

  private static JsonObject.Builder operation(Route route, Description description) {
    JsonObject.Builder operation =
        JsonObject.builder()
            .put("summary", description.summary())
            .put("tags", List.of(new JsonString(route.dialect().name())));
    int brace = route.path().indexOf('{');
    if (brace >= 0) {
      String name = route.path().substring(brace + 1, route.path().indexOf('}'));
      operation.put(
          "parameters",
          List.of(
              JsonObject.builder()
                  .put("name", name)
                  .put("in", "path")
                  .put("required", true)
                  .put("schema", JsonObject.builder().put("type", "string"))
                  .build()));
    }
    if (!description.members().isEmpty()) {
      operation.put("requestBody", body(description.members()));
    }
    return operation.put(
        "responses",
        JsonObject.builder()
            .put("200", JsonObject.builder().put("description", "What was asked for."))
            .put(
                "default",
                JsonObject.builder()
                    .put("description", "What is wrong, in the words of this API.")));
  }

  private static JsonObject.Builder body(List<Member> members) {
    JsonObject.Builder properties = JsonObject.builder();
    List<JsonString> required = new ArrayList<>();
    for (Member member : members) {
      properties.put(
          member.name(),
          member.type().equals("any")
              ? JsonObject.builder()
              : JsonObject.builder().put("type", member.type()));
      if (member.isRequired()) {
        required.add(new JsonString(member.name()));
      }
    }
    JsonObject.Builder schema =
        JsonObject.builder()
            .put("type", "object")
            .put("properties", properties)
            .put("required", required);
    return JsonObject.builder()
        .put("required", true)
        .put(
            "content",
            JsonObject.builder()
                .put("application/json", JsonObject.builder().put("schema", schema)));
  }
}
