package puna.chat.tools;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import puna.chat.ChatMessage;
import puna.chat.format.PromptRequest;
import puna.chat.format.ToolStyle;

/// One way to put what a model called, and what came back, to its template.
///
/// @param layout which messages there are
/// @param ids what a call is told apart by
/// @param styles how the template reads calls
record HistoryForm(Layout layout, Ids ids, Set<ToolStyle> styles) {
  /// Everything that is tried, the usual first, what is written as text last.
  static final List<HistoryForm> ALL = all();

  /// Which messages calls and results are.
  enum Layout {
    AS_GIVEN(0),
    ONE_CALL_EACH(1),
    /// What is said beside calls is a message of its own.
    TEXT_APART(1),
    ONE_CALL_EACH_TEXT_APART(2),
    CALLS_AS_TEXT(10),
    RESULTS_AS_TEXT(10),
    RESULTS_AS_TEXT_ONE_CALL_EACH(11);

    private final int cost;

    Layout(int cost) {
      this.cost = cost;
    }
  }

  /// What calls are told apart by.
  enum Ids {
    AS_GIVEN,
    /// As given; results name their tools, whoever left them out.
    AND_NAMES,
    /// Nine letters and digits, as Mistral's templates demand them.
    NINE_LETTERS,
    /// `functions.NAME:NUMBER`: templates of Kimi K2 print it in place of the name.
    BY_NAME
  }

  boolean writesText() {
    return layout.cost >= Layout.CALLS_AS_TEXT.cost;
  }

  /// The conversation in this form.
  PromptRequest of(PromptRequest request, ToolPrompts prompts) {
    Set<ToolStyle> all = new HashSet<>(request.styles());
    all.addAll(styles);
    return request.withMessages(messages(request.messages(), prompts)).withStyles(all);
  }

  private List<ChatMessage> messages(List<ChatMessage> given, ToolPrompts prompts) {
    List<ChatMessage> messages =
        switch (ids) {
          case AS_GIVEN -> given;
          case AND_NAMES -> CallIds.asGiven(given);
          case NINE_LETTERS -> CallIds.ofNineLetters(given);
          case BY_NAME -> CallIds.byName(given);
        };
    return switch (layout) {
      case AS_GIVEN -> messages;
      case ONE_CALL_EACH -> CallTurns.oneCallEach(messages);
      case TEXT_APART -> CallTurns.textApart(messages);
      case ONE_CALL_EACH_TEXT_APART -> CallTurns.textApart(CallTurns.oneCallEach(messages));
      case CALLS_AS_TEXT -> prompts.callsAsText(messages);
      case RESULTS_AS_TEXT -> prompts.resultsAsText(messages);
      case RESULTS_AS_TEXT_ONE_CALL_EACH -> prompts.resultsAsText(CallTurns.oneCallEach(messages));
    };
  }

  private int cost() {
    return layout.cost + (ids == Ids.AS_GIVEN ? 0 : 1) + styles.size();
  }

  private static List<HistoryForm> all() {
    List<HistoryForm> forms = new ArrayList<>();
    for (Layout layout : Layout.values()) {
      for (Ids ids : Ids.values()) {
        for (Set<ToolStyle> styles : readings()) {
          forms.add(new HistoryForm(layout, ids, styles));
        }
      }
    }
    forms.sort(Comparator.comparingInt(HistoryForm::cost)); // stable
    return List.copyOf(forms);
  }

  private static List<Set<ToolStyle>> readings() {
    List<Set<ToolStyle>> all = new ArrayList<>();
    for (Optional<ToolStyle> arguments : orNone(ToolStyle.ARGUMENTS_AS_TEXT)) {
      for (Optional<ToolStyle> content : orNone(ToolStyle.CONTENT_NULL, ToolStyle.CONTENT_ABSENT)) {
        for (Optional<ToolStyle> calls : orNone(ToolStyle.BARE_CALLS)) {
          Set<ToolStyle> styles = new HashSet<>();
          Stream.of(arguments, content, calls).forEach(style -> style.ifPresent(styles::add));
          all.add(Set.copyOf(styles));
        }
      }
    }
    return all;
  }

  private static List<Optional<ToolStyle>> orNone(ToolStyle... styles) {
    return Stream.concat(
            Stream.of(Optional.<ToolStyle>empty()), Stream.of(styles).map(Optional::of))
        .toList();
  }
}
