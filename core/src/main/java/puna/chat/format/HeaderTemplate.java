package puna.chat.format;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// The format of Llama 3 and Llama 4: BOS, then for each message
/// `<|start_header_id|>role<|end_header_id|>⏎⏎content<|eot_id|>`.
///
/// Llama 3 and Llama 4 differ in their marks, in trimming, and in a system message with dates that
/// Llama 3.1 and later always have.
final class HeaderTemplate implements ChatTemplate {
  private final Tokenizer tokenizer;
  private final Style style;
  private final ConversationRules rules;

  HeaderTemplate(Tokenizer tokenizer, Style style) {
    this.tokenizer = tokenizer;
    this.style = style;
    this.rules = new ConversationRules(style.name());
  }

  /// What the generations differ in.
  ///
  /// @param trim which contents lose white space at their ends
  /// @param date the date that the system message opens with; empty where there is no such preamble
  /// @param toolRole the role that tool results are written under; empty where there is none
  record Style(
      String name,
      Marks marks,
      Trim trim,
      Optional<Supplier<String>> date,
      Optional<String> toolRole) {}

  /// The special tokens around a message.
  record Marks(String headerStart, String headerEnd, String turnEnd, Set<String> stops) {
    static final Marks LLAMA3 =
        new Marks(
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eot_id|>",
            Set.of("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"));
    static final Marks LLAMA4 =
        new Marks(
            "<|header_start|>",
            "<|header_end|>",
            "<|eot|>",
            Set.of("<|eot|>", "<|eom|>", "<|end_of_text|>"));

    Set<String> all() {
      return Stream.concat(Stream.of(headerStart, headerEnd, turnEnd), stops.stream())
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  enum Trim {
    EVERY_MESSAGE,
    FIRST_SYSTEM_MESSAGE
  }

  @Override
  public String name() {
    return style.name();
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    List<ChatMessage> messages = rules.plainMessages(request);
    PromptBuilder prompt = new PromptBuilder(tokenizer).bos();
    int first = 0;
    boolean hasSystem = messages.getFirst().role() == Role.SYSTEM;
    if (hasSystem || style.date().isPresent()) {
      String system = hasSystem ? PythonText.strip(messages.getFirst().text()) : "";
      turn(prompt, "system", datePreamble() + system);
      first = hasSystem ? 1 : 0;
    }
    for (int i = first; i < messages.size(); i++) {
      turn(prompt, role(messages, i), content(messages.get(i)));
    }
    return header(prompt, "assistant").build();
  }

  @Override
  public Set<String> marks() {
    return style.marks().all();
  }

  @Override
  public Set<String> stopTokens() {
    return style.marks().stops();
  }

  private String datePreamble() {
    return style
        .date()
        .map(Supplier::get)
        .map(date -> "Cutting Knowledge Date: December 2023\nToday Date: %s\n\n".formatted(date))
        .orElse("");
  }

  private String role(List<ChatMessage> messages, int index) {
    Role role = messages.get(index).role();
    if (role != Role.TOOL) {
      return ConversationRules.name(role);
    }
    return style
        .toolRole()
        .orElseThrow(() -> rules.violation(messages, index, "this format has no tool messages"));
  }

  private String content(ChatMessage message) {
    if (message.role() == Role.TOOL) {
      // The templates pass tool results through tojson, plain text included.
      return PythonText.quote(message.text());
    }
    return style.trim() == Trim.EVERY_MESSAGE ? PythonText.strip(message.text()) : message.text();
  }

  private void turn(PromptBuilder prompt, String role, String content) {
    header(prompt, role).text(content).mark(style.marks().turnEnd());
  }

  private PromptBuilder header(PromptBuilder prompt, String role) {
    Marks marks = style.marks();
    return prompt.mark(marks.headerStart()).text(role).mark(marks.headerEnd()).text("\n\n");
  }
}
