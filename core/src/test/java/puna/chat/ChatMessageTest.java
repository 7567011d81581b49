package puna.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart.Call;
import puna.chat.ContentPart.Reasoning;
import puna.chat.ContentPart.Result;
import puna.chat.ContentPart.Text;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

class ChatMessageTest {
  private static final JsonObject ARGUMENTS = new JsonObject(Map.of("a", new JsonNumber("1")));
  private static final ToolCall CALL = ToolCall.of("call00001", "add", ARGUMENTS);
  private static final Result RESULT =
      new Result(Optional.of("call00001"), Optional.of("add"), List.of(new Text("2")));

  private record Image(String url) implements ContentPart {}

  @Test
  void aTextIsAMessageOfOnePart() {
    assertThat(ChatMessage.user("hi")).isEqualTo(ChatMessage.of(Role.USER, "hi"));
    assertThat(ChatMessage.system("hi")).isEqualTo(ChatMessage.of(Role.SYSTEM, "hi"));
    assertThat(ChatMessage.assistant("hi")).isEqualTo(ChatMessage.of(Role.ASSISTANT, "hi"));
    for (Role role : List.of(Role.SYSTEM, Role.USER, Role.ASSISTANT)) {
      ChatMessage message = ChatMessage.of(role, "hi");
      assertThat(message.role()).isEqualTo(role);
      assertThat(message.content()).containsExactly(new Text("hi"));
      assertThat(message.text()).isEqualTo("hi");
      assertThat(message.reasoning()).isEmpty();
      assertThat(message.toolCalls()).isEmpty();
      assertThat(message.toolResult()).isEmpty();
    }
  }

  @Test
  void aToolsTextIsAResultOfNoKnownCall() {
    ChatMessage message = ChatMessage.of(Role.TOOL, "2");
    assertThat(message.text()).isEqualTo("2");
    Result result = message.toolResult().orElseThrow();
    assertThat(result.callId()).isEmpty();
    assertThat(result.toolName()).isEmpty();
    assertThat(result.content()).containsExactly(new Text("2"));
  }

  @Test
  void partsAreReadByKind() {
    ChatMessage message =
        ChatMessage.of(
            Role.ASSISTANT,
            List.of(
                new Reasoning("one "),
                new Text("The "),
                new Call(CALL),
                new Reasoning("two"),
                new Text("sum")));
    assertThat(message.text()).isEqualTo("The sum");
    assertThat(message.reasoning()).hasValue("one two");
    assertThat(message.toolCalls()).containsExactly(CALL);
    assertThat(message.toolResult()).isEmpty();
  }

  @Test
  void anEmptyThoughtIsAThought() {
    ChatMessage message = ChatMessage.of(Role.ASSISTANT, List.of(new Reasoning("")));
    assertThat(message.reasoning()).hasValue("");
    assertThat(message.text()).isEmpty();
  }

  @Test
  void callsStandBehindTheirText() {
    assertThat(ChatMessage.assistant("Let me see", List.of(CALL, CALL)).content())
        .containsExactly(new Text("Let me see"), new Call(CALL), new Call(CALL));
    assertThat(ChatMessage.assistant("", List.of(CALL)).content()).containsExactly(new Call(CALL));
    assertThat(ChatMessage.assistant("", List.of()).content()).containsExactly(new Text(""));
  }

  @Test
  void aResultNamesItsCall() {
    assertThat(ChatMessage.toolResult(CALL, "2"))
        .isEqualTo(ChatMessage.of(Role.TOOL, List.of(RESULT)));
    Result withoutId =
        ChatMessage.toolResult(ToolCall.of("add", ARGUMENTS), "2").toolResult().orElseThrow();
    assertThat(withoutId.callId()).isEmpty();
    assertThat(withoutId.toolName()).hasValue("add");
    assertThat(withoutId.text()).isEqualTo("2");
    assertThat(new Result(Optional.empty(), Optional.empty(), List.of()).text()).isEmpty();
    assertThat(
            new Result(Optional.empty(), Optional.empty(), List.of(new Text("a"), new Text("b")))
                .text())
        .isEqualTo("ab");
  }

  @Test
  void aPartOfAnotherRoleIsRefused() {
    for (Role role : Role.values()) {
      refuses(role, new Text("x"), role == Role.TOOL, "a tool's message is one result");
      refuses(role, new Reasoning("x"), role != Role.ASSISTANT, "only the assistant reasons");
      refuses(role, new Call(CALL), role != Role.ASSISTANT, "only the assistant calls tools");
      refuses(role, RESULT, role != Role.TOOL, "only a tool's message answers a call");
    }
  }

  private static void refuses(Role role, ContentPart part, boolean isRefused, String rule) {
    List<ContentPart> parts = List.of(part);
    if (!isRefused) {
      assertThat(ChatMessage.of(role, parts).content()).isEqualTo(parts);
      return;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChatMessage.of(role, parts))
        .withMessage(
            "a message of role %s must not hold a part of kind %s: %s",
            role, part.getClass().getSimpleName(), rule);
  }

  @Test
  void aPartOfAnotherMakeIsRefusedByName() {
    String name = Image.class.getName();
    for (Role role : Role.values()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ChatMessage.of(role, List.of(new Image("cat.png"))))
          .withMessage("a message must be of parts that Puna knows, found " + name);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Result(Optional.empty(), Optional.empty(), List.of(new Image("cat.png"))))
        .withMessage("a tool's result must be of texts, found Image");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Result(Optional.empty(), Optional.empty(), List.of(RESULT)))
        .withMessage("a tool's result must be of texts, found Result");
  }

  @Test
  void aToolsMessageIsOneResult() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChatMessage.of(Role.TOOL, List.of()))
        .withMessage("a tool's message must be one result, found 0 parts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChatMessage.of(Role.TOOL, List.of(RESULT, RESULT)))
        .withMessage("a tool's message must be one result, found 2 parts");
    assertThat(ChatMessage.of(Role.USER, List.of()).text()).isEmpty();
  }

  @Test
  void messagesAreEqualByRoleAndParts() {
    assertThat(ChatMessage.user("hi"))
        .isEqualTo(ChatMessage.of(Role.USER, List.of(new Text("hi"))))
        .hasSameHashCodeAs(ChatMessage.of(Role.USER, List.of(new Text("hi"))))
        .isNotEqualTo(ChatMessage.system("hi"))
        .isNotEqualTo(ChatMessage.user("hi "))
        .isNotEqualTo(ChatMessage.of(Role.USER, List.of(new Text("h"), new Text("i"))))
        .hasToString("ChatMessage[role=USER, content=[Text[text=hi]]]");
    assertThat(ChatMessage.toolResult(CALL, "2")).isNotEqualTo(ChatMessage.of(Role.TOOL, "2"));
    assertThat(CALL)
        .isEqualTo(ToolCall.of("call00001", "add", ARGUMENTS))
        .isNotEqualTo(ToolCall.of("add", ARGUMENTS))
        .isNotEqualTo(ToolCall.of("call00002", "add", ARGUMENTS));
  }

  @Test
  void aMessageKeepsItsParts() {
    List<ContentPart> parts = new ArrayList<>(List.of(new Text("hi")));
    ChatMessage message = ChatMessage.of(Role.USER, parts);
    parts.add(new Text("!"));
    assertThat(message).isEqualTo(ChatMessage.user("hi"));
    assertThatThrownBy(() -> message.content().add(new Text("!")))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> message.toolCalls().add(CALL))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @SuppressWarnings("NullAway") // nulls of callers that nobody checks
  void nothingIsNull() {
    List<ContentPart> holed = new ArrayList<>();
    holed.add(null);
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.user(null));
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.of(Role.TOOL, (String) null));
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.of(null, "hi"));
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.of(Role.USER, holed));
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.assistant(null, List.of()));
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.assistant(null, List.of(CALL)));
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.toolResult(CALL, null));
    assertThatNullPointerException().isThrownBy(() -> ChatMessage.toolResult(null, "2"));
    assertThatNullPointerException().isThrownBy(() -> new Call(null));
    assertThatNullPointerException().isThrownBy(() -> new Reasoning(null));
    assertThatNullPointerException()
        .isThrownBy(() -> new Result(null, Optional.empty(), List.of()));
    assertThatNullPointerException().isThrownBy(() -> ToolCall.of(null, "add", ARGUMENTS));
    assertThatNullPointerException().isThrownBy(() -> ToolCall.of(null, ARGUMENTS));
    assertThatNullPointerException().isThrownBy(() -> ToolCall.of("add", null));
  }
}
