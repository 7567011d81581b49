package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.ToolCall;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

class CallQuestionTest {
  private static final CallQuestion.About ABOUT =
      new CallQuestion.About("Delete\u001b[2J", "may delete something", "a server");

  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
  private final Deque<String> typed = new ArrayDeque<>();

  @ParameterizedTest
  @ValueSource(strings = {"y", "Y", "yes", " y "})
  void yesLetsItRun(String line) {
    typed.add(line);
    assertThat(question().refusal(call("delete"), ABOUT)).isEmpty();
  }

  @Test
  void noTellsTheModelWhy() {
    CallQuestion question = question();
    typed.addAll(List.of("n", "no not that one"));
    assertThat(question.refusal(call("delete"), ABOUT))
        .contains("the user does not want this call");
    assertThat(question.refusal(call("delete"), ABOUT)).contains("not that one");
  }

  @Test
  void theEndOfTheInputIsNo() {
    assertThat(question().refusal(call("delete"), ABOUT))
        .contains("the user does not want this call");
  }

  @Test
  void alwaysIsForOneTool() {
    CallQuestion question = question();
    typed.addAll(List.of("a", "n"));
    assertThat(question.refusal(call("delete"), ABOUT)).isEmpty();
    assertThat(question.refusal(call("delete"), ABOUT)).isEmpty();
    assertThat(question.refusal(call("other"), ABOUT)).isPresent();
    assertThat(typed).isEmpty();
  }

  @Test
  void anythingElseIsAskedAgain() {
    typed.addAll(List.of("", "maybe", "y"));
    assertThat(question().refusal(call("delete"), ABOUT)).isEmpty();
    assertThat(typed).isEmpty();
    assertThat(notes()).contains("Type y, n, a");
  }

  @Test
  void whatIsShownSteersNoTerminal() {
    typed.add("y");
    question().refusal(call("delete"), ABOUT);
    assertThat(notes())
        .contains(
            "delete (Delete\\x1b[2J) of a server, which may delete something, with\n"
                + "  {\"path\":\"a\\u001b[31m\\u202eb\"}")
        .doesNotContain("\u001b", "\u202e");
  }

  @Test
  void whereNobodyCanBeAskedItIsRefused() {
    CallQuestion nobody = question(CallQuestion.Default.ASK, Optional.empty());
    assertThat(nobody.refusal(call("delete"), ABOUT)).isPresent();
    assertThat(notes()).contains("--yes lets tools run");
    CallQuestion trusting = question(CallQuestion.Default.APPROVE, Optional.empty());
    assertThat(trusting.refusal(call("delete"), ABOUT)).isEmpty();
  }

  private CallQuestion question() {
    return question(CallQuestion.Default.ASK, Optional.of(_ -> Optional.ofNullable(typed.poll())));
  }

  private CallQuestion question(CallQuestion.Default otherwise, Optional<Question> question) {
    return new CallQuestion(
        new PrintStream(notes, true, StandardCharsets.UTF_8), otherwise, question);
  }

  private static ToolCall call(String name) {
    return ToolCall.of(
        "1", name, new JsonObject(Map.of("path", new JsonString("a\u001b[31m\u202Eb"))));
  }

  private String notes() {
    return notes.toString(StandardCharsets.UTF_8);
  }
}
