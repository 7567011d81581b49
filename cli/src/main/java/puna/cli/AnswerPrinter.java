package puna.cli;

import puna.chat.ChatEvent;
import puna.chat.ToolCall;
import puna.cli.command.Console;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// Prints an answer as it comes: text as it is, each complete tool call as a JSON object on a line
/// of its own. What the model thinks is shown on a terminal alone, beside the answer.
final class AnswerPrinter {
  private final Console console;
  private boolean atLineStart = true;
  private boolean any;
  private boolean isThinking;

  AnswerPrinter(Console console) {
    this.console = console;
  }

  void print(ChatEvent event) {
    switch (event) {
      case ChatEvent.ReasoningDelta(String text) -> {
        console.out().printAside(text);
        isThinking = true;
      }
      case ChatEvent.TextDelta(String text) -> {
        endReasoning();
        console.out().print(text);
        atLineStart = text.endsWith("\n");
        any = true;
      }
      case ChatEvent.ToolCallFinished(int _, ToolCall call) -> {
        endReasoning();
        if (!atLineStart) {
          console.out().println("");
        }
        console.out().println(Json.write(json(call)));
        atLineStart = true;
        any = true;
      }
      default -> {} // nothing that is printed
    }
    console.out().flush();
  }

  private void endReasoning() {
    if (isThinking) {
      console.out().printAside("\n\n");
      isThinking = false;
    }
  }

  /// Ends the last line where it has no end yet; an empty answer is an empty line.
  void endLine() {
    if (!atLineStart || !any) {
      console.out().println("");
    }
  }

  static JsonObject json(ToolCall call) {
    JsonObject.Builder facts = JsonObject.builder();
    call.id().ifPresent(id -> facts.put("id", id));
    return facts.put("name", call.name()).put("arguments", call.arguments()).build();
  }
}
