package puna.server.work;

import java.util.List;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.chat.ChatEvent;
import puna.chat.ToolCall;

/// Takes the events of chat answers as clients should see them: no half characters, and no text of
/// a call that was cut off, since its pieces were told already.
public abstract class ChatSink implements Answering.Sink<ChatEvent> {
  private final List<ChatAnswer> answers;
  private final List<Cut> cuts;

  /// What is held back of one answer.
  private static final class Cut {
    private final CutText text = new CutText();
    private final StringBuilder broken = new StringBuilder();
    private boolean isBroken; // a call was, and its text follows
  }

  /// @param answers whose events are taken
  protected ChatSink(List<ChatAnswer> answers) {
    this.answers = answers;
    this.cuts = answers.stream().map(answer -> new Cut()).toList();
  }

  /// A piece of text; not empty.
  protected abstract void text(int answer, String piece);

  /// A piece of reasoning.
  protected abstract void reasoning(int answer, String piece);

  /// The beginning of a tool call.
  protected abstract void callStarted(int answer, ChatEvent.ToolCallStarted call);

  /// A piece of a tool call's arguments.
  protected abstract void arguments(int answer, ChatEvent.ArgumentsDelta piece);

  /// The end of a tool call; it may have been cut off.
  protected abstract void callEnded(int answer);

  /// The end of a tool call that is whole.
  ///
  /// @param call all of it
  protected void callFinished(int answer, ToolCall call) {
    callEnded(answer);
  }

  /// The end of an answer.
  protected abstract void ended(int answer, FinishReason reason);

  @Override
  public final void element(int answer, ChatEvent event) {
    Cut cut = cuts.get(answer);
    switch (event) {
      case ChatEvent.TextDelta(String text) when cut.isBroken -> cut.broken.append(text);
      case ChatEvent.TextDelta(String text) -> tell(answer, cut.text.next(text));
      case ChatEvent.ReasoningDelta(String text) -> reasoning(answer, text);
      case ChatEvent.ToolCallStarted call -> {
        tellBroken(answer);
        callStarted(answer, call);
      }
      case ChatEvent.ArgumentsDelta piece -> arguments(answer, piece);
      case ChatEvent.ToolCallFinished(int _, ToolCall call) -> callFinished(answer, call);
      case ChatEvent.ToolCallBroken _ -> {
        callEnded(answer);
        cut.isBroken = true;
      }
      default -> {} // kinds that no dialect knows
    }
  }

  private void tell(int answer, String piece) {
    if (!piece.isEmpty()) {
      text(answer, piece);
    }
  }

  /// What was taken for a call and was none is text after all.
  private void tellBroken(int answer) {
    Cut cut = cuts.get(answer);
    cut.isBroken = false;
    String text = cut.broken.toString();
    cut.broken.setLength(0);
    tell(answer, cut.text.next(text));
  }

  @Override
  public final void end(int answer) {
    FinishReason reason = answers.get(answer).finishReason();
    if (reason == FinishReason.STOP) {
      tellBroken(answer);
    }
    tell(answer, cuts.get(answer).text.last(reason));
    ended(answer, reason);
  }
}
