package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.grammar.schema.JsonSchemaSuite.Result;
import puna.grammar.schema.SchemaOptions.Formats;

/// The official suite's four columns. Formats that are kept reject the nineteen instances by which
/// the suite checks that they are remarks, one for each such format.
class JsonSchemaSuiteTest {
  @ParameterizedTest
  @EnumSource
  void keepsToTheOfficialSuite(Formats formats) {
    Result result = JsonSchemaSuite.run(SchemaOptions.defaults().withFormats(formats));
    boolean asserted = formats == Formats.ASSERTED;

    System.out.printf(
        "formats %s: %d of %d groups refused, %d wholly right, %d of %d invalid instances accepted, "
            + "%d of %d valid instances rejected%n",
        formats,
        result.refused(),
        result.groups(),
        result.right(),
        result.invalidAccepted(),
        result.invalid(),
        result.validRejected(),
        result.valid());
    assertThat(result.groups()).isEqualTo(368);
    assertThat(result.invalidAccepted()).as("%s", result.notes()).isZero();
    assertThat(result.refused()).as("%s", result.notes()).isLessThanOrEqualTo(28);
    assertThat(result.right())
        .as("%s", result.notes())
        .isGreaterThanOrEqualTo(asserted ? 321 : 340);
    assertThat(result.validRejected()).isLessThanOrEqualTo(asserted ? 19 : 0);
    assertThat(result.notes())
        .filteredOn(note -> note.startsWith("rejected"))
        .allMatch(note -> note.contains("format.json"));
  }
}
