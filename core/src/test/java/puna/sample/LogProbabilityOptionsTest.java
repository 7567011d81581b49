package puna.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.LogProbabilityOptions.Stage;

class LogProbabilityOptionsTest {
  private static final LogProbabilityOptions ALL =
      LogProbabilityOptions.ofAnswer(3).withScope(Scope.PROMPT_AND_ANSWER).withStage(Stage.DRAW);

  @Test
  void whatIsUnsetIsNone() {
    assertThat(LogProbabilityOptions.NONE.scope()).isEqualTo(Scope.NONE);
    assertThat(LogProbabilityOptions.NONE.stage()).isEqualTo(Stage.MODEL);
    assertThat(LogProbabilityOptions.NONE.likeliest()).isZero();
    assertThat(LogProbabilityOptions.ofAnswer(3).scope()).isEqualTo(Scope.ANSWER);
  }

  @Test
  void sayWhatWasSet() {
    assertThat(ALL.scope()).isEqualTo(Scope.PROMPT_AND_ANSWER);
    assertThat(ALL.stage()).isEqualTo(Stage.DRAW);
    assertThat(ALL.likeliest()).isEqualTo(3);
    assertThat(ALL.toString()).startsWith("LogProbabilityOptions").contains("likeliest", "3");
  }

  @Test
  void areEqualByWhatIsSet() {
    LogProbabilityOptions again = LogProbabilityOptions.fromJson(ALL.toJson());
    assertThat(again).isEqualTo(ALL).hasSameHashCodeAs(ALL);
    assertThat(again.hashCode()).isNotEqualTo(LogProbabilityOptions.ofAnswer(4).hashCode());
    assertThat(ALL).isNotEqualTo(ALL.withStage(Stage.MODEL)).isNotEqualTo("3");
    assertThat(ALL.toJson().members()).containsOnlyKeys("scope", "stage", "likeliest");
  }

  @Test
  void mayListAnyNumberUpToTheirMost() {
    int most = LogProbabilityOptions.MOST_LIKELIEST;
    assertThat(LogProbabilityOptions.ofAnswer(0).likeliest()).isZero();
    assertThat(LogProbabilityOptions.ofAnswer(most).likeliest()).isEqualTo(most);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogProbabilityOptions.ofAnswer(-1))
        .withMessage("logProbabilities must be from 0 to 1000, found -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogProbabilityOptions.ofAnswer(most + 1))
        .withMessageEndingWith("found 1001");
  }

  @Test
  void refuseJsonThatSaysSomethingElse() {
    JsonObject unknown = (JsonObject) Json.parse("{\"likely\": 3}", "test");
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> LogProbabilityOptions.fromJson(unknown))
        .withMessageContaining("likely");
  }
}
