/// JSON: reading and writing it, and Java types as JSON and as JSON Schema.
///
/// This is what structured output and tool calls are made of, without a dependency of yours:
/// [puna.json.Json] for text, [puna.json.JsonValue] for values, [puna.json.JsonPlace] to read them
/// by name, [puna.json.JsonBinding] for Java values, [puna.json.JsonSchemas] for their schemas,
/// [puna.json.Description] to explain them to a model.
///
/// ```java
/// record Point(int x, int y) {}
///
/// JsonValue json = Json.parse("[{\"x\": 1, \"y\": 2}]", "points.json");
/// List<Point> points = JsonBinding.read(json, new JsonType<List<Point>>() {});
/// System.out.println(points.getFirst().y()); // 2
/// System.out.println(Json.write(JsonSchemas.of(Point.class)));
/// ```
@NullMarked
package puna.json;

import org.jspecify.annotations.NullMarked;
