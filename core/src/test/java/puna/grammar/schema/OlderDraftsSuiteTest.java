package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.SharedData;
import puna.grammar.schema.JsonSchemaSuite.Group;
import puna.grammar.schema.JsonSchemaSuite.Result;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The official suite of the drafts before 2020-12: none of its invalid instances is admitted.
/// Draft 06 is judged by what it shares with 07.
class OlderDraftsSuiteTest {
  @ParameterizedTest
  @CsvSource({
    "draft4, http://json-schema.org/draft-04/schema#, 143, 6",
    "draft6, http://json-schema.org/draft-06/schema#, 214, 6",
    "draft7, http://json-schema.org/draft-07/schema#, 226, 6",
    "draft2019-09, https://json-schema.org/draft/2019-09/schema, 332, 6",
    "formats-2020-12, https://json-schema.org/draft/2020-12/schema, 27, 0"
  })
  void admitsNothingInvalid(String draft, String dialect, int groups, int mostRefused)
      throws IOException {
    String name = draft.equals("draft6") ? "draft7" : draft;
    Path file = SharedData.require("cases/forms/suite/" + name + ".jsonl");
    List<Group> all =
        Files.readAllLines(file).stream()
            .map(JsonSchemaSuite::group)
            .filter(group -> !draft.equals("draft6") || !group.file().startsWith("if-then"))
            .map(group -> in(dialect, group))
            .toList();
    Result result = JsonSchemaSuite.run(all, SchemaOptions.defaults());

    System.out.printf(
        "%s: %d of %d groups refused, %d wholly right, %d of %d invalid instances accepted, "
            + "%d of %d valid instances rejected%n",
        draft,
        result.refused(),
        result.groups(),
        result.right(),
        result.invalidAccepted(),
        result.invalid(),
        result.validRejected(),
        result.valid());
    result.notes().forEach(System.out::println);
    assertThat(result.groups()).isEqualTo(groups);
    assertThat(result.invalidAccepted()).as("%s", result.notes()).isZero();
    assertThat(result.refused()).as("%s", result.notes()).isLessThanOrEqualTo(mostRefused);
  }

  private static Group in(String dialect, Group group) {
    if (!(group.schema() instanceof JsonObject(Map<String, JsonValue> members))
        || members.containsKey("$schema")) {
      return group;
    }
    Map<String, JsonValue> more = new LinkedHashMap<>(members);
    more.put("$schema", new JsonString(dialect));
    return new Group(group.file(), group.name(), new JsonObject(more), group.instances());
  }
}
