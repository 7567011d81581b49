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
    private long told; // characters of text
    private long most = -1; // of them that are no part of a call that was cut off, once known
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
      case ChatEvent.TextDelta(String text) -> tell(answer, cut.text.next(whole(answer, text)));
      case ChatEvent.ReasoningDelta(String text) -> reasoning(answer, text);
      case ChatEvent.ToolCallStarted call -> callStarted(answer, call);
      case ChatEvent.ArgumentsDelta piece -> arguments(answer, piece);
      case ChatEvent.ToolCallFinished(int _, ToolCall call) -> callFinished(answer, call);
      case ChatEvent.ToolCallBroken _ -> callEnded(answer);
      default -> {} // kinds that no dialect knows
    }
  }

  private void tell(int answer, String piece) {
    if (!piece.isEmpty()) {
      text(answer, piece);
    }
  }

  /// As much of a piece of text as is no part of a call that was cut off: such a call comes as the
  /// last text of an answer, when all of it is generated.
  private String whole(int number, String piece) {
    ChatAnswer answer = answers.get(number);
    Cut cut = cuts.get(number);
    if (cut.most < 0 && answer.isFinished()) {
      String call = answer.finishReason().isComplete() ? "" : answer.cutCall().orElse("");
      cut.most = call.isEmpty() ? Long.MAX_VALUE : answer.text().length() - (long) call.length();
    }
    long room = cut.most < 0 ? piece.length() : Math.max(0, cut.most - cut.told);
    String kept = piece.substring(0, (int) Math.min(piece.length(), room));
    cut.told += piece.length();
    return kept;
  }

  @Override
  public final void end(int answer) {
    FinishReason reason = answers.get(answer).finishReason();
    tell(answer, cuts.get(answer).text.last(reason));
    ended(answer, reason);
  }
}
