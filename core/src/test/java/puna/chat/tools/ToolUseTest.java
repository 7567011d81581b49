package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.chat.tools.ToolUse.Calls;
import puna.json.JsonValue.JsonObject;

class ToolUseTest {
  private static final Tool ADD = Tool.of("add", "Adds.");

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "naïve", "a\"b", "a\nb", "a{b"})
  void refusesNamesThatFormatsCannotWrite(String name) {
    assertThatThrownBy(() -> Tool.of(name, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found \"" + name + "\"");
  }

  @Test
  void refusesChoicesThatCannotBeKept() {
    assertThatThrownBy(() -> new ToolUse(List.of(ADD), ToolChoice.named("subtract"), Calls.ONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the tool choice must name one of the tools [add], found \"subtract\"");
    assertThatThrownBy(() -> new ToolUse(List.of(), ToolChoice.required(), Calls.ONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a tool is required, but there are no tools");
    assertThatThrownBy(() -> ToolUse.auto(List.of(ADD, ADD)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"add\" twice");
  }

  @Test
  void showsNoToolsWhereNoneMayBeCalled() {
    assertThat(new ToolUse(List.of(ADD), ToolChoice.none(), Calls.ONE).shown()).isEmpty();
    assertThat(ToolUse.auto(List.of(ADD)).shown()).containsExactly(ADD);
  }

  @Test
  void keepsCallsToTheAssistantAndResultsToTools() {
    ToolCall call = ToolCall.of("1", "add", new JsonObject(Map.of()));
    assertThatThrownBy(() -> ChatMessage.of(Role.USER, List.of(new ContentPart.Call(call))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("role USER");
    ContentPart.Result result =
        new ContentPart.Result(Optional.of("1"), Optional.empty(), List.of());
    assertThatThrownBy(() -> ChatMessage.of(Role.ASSISTANT, List.of(result)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ChatMessage.toolResult(call, "5").toolResult().flatMap(ContentPart.Result::toolName))
        .hasValue("add");
  }
}
