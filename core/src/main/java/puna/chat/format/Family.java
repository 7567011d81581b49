package puna.chat.format;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.token.Tokenizer;

/// What is known of a template's format beside what it prints.
///
/// @param name the format's name, or `jinja` where it is none of the known ones
/// @param stopTokens special tokens that end a turn
/// @param textMarks marks of the format that are ordinary text in this vocabulary
record Family(String name, Set<String> stopTokens, TextMarks textMarks) {
  private static final List<String> TURN_ENDS =
      List.of(
          "<|eot_id|>",
          "<|eom_id|>",
          "<|eot|>",
          "<|eom|>",
          "<|im_end|>",
          "<|end|>",
          "<|end_of_text|>",
          "<|endoftext|>",
          "<|return|>",
          "<|call|>",
          "<end_of_turn>",
          "<turn|>",
          "<step>",
          "</s>");
  private static final List<String> MARKS =
      List.of(
          "<|im_start|>",
          "<|im_end|>",
          "[INST]",
          "[/INST]",
          "<<SYS>>",
          "<</SYS>>",
          "<|system|>",
          "<|user|>",
          "<|assistant|>");

  static Family of(String template, Tokenizer tokenizer, Clock clock) {
    Optional<ChatTemplate> known = HandwrittenFormats.byTemplate(template, tokenizer, clock);
    Set<String> stops = new LinkedHashSet<>();
    known.ifPresent(format -> stops.addAll(format.stopTokens()));
    TURN_ENDS.stream()
        .filter(token -> template.contains(token))
        .filter(token -> tokenizer.special(token).isPresent())
        .forEach(stops::add);
    TextMarks marks =
        TextMarks.of(tokenizer, MARKS.stream().filter(mark -> template.contains(mark)).toList());
    return new Family(known.map(ChatTemplate::name).orElse("jinja"), Set.copyOf(stops), marks);
  }
}
