package puna.chat.format;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.error.ChatTemplateException;
import puna.tensor.ModelWarnings;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// Marks that a chat format prints and the vocabulary lacks: they reach the model as characters
/// that it was never trained on, so that it talks nonsense or never stops.
///
/// What counts is what the format prints for plain conversations, or with a tool where it prints
/// nothing without. A literal alone proves nothing: templates also strip marks from messages,
/// compare with them, and keep some for tools. `[INST]`, `<<SYS>>`, `###` and XML tags are ordinary
/// text in the models that use them.
///
/// @param file where the format comes from, if its file has a template
record MissingMarks(FileTemplates file, ChatTemplate format, Tokenizer tokenizer) {
  private static final Pattern MARK =
      Pattern.compile(
          "<\\|[^<>|\\s]{1,64}\\|>|\\[\\|[^\\[\\]|\\s]{1,64}\\|]"
              + "|<\\|\\w{1,64}>|<\\w{1,64}\\|>|<\uFF5C[^<>\uFF5C]{1,64}\uFF5C>|</?s>"
              + "|<(?:start|begin|end)_of_\\w{1,64}>|<(?:bos|eos|EOT|step)>");

  /// Zephyr and its kin write the role as text and end the turn with EOS.
  private static final Set<String> ROLE_TAGS = Set.of("<|system|>", "<|user|>", "<|assistant|>");

  private static final Pattern COMMENT = Pattern.compile("\\{#.*?#}", Pattern.DOTALL);

  private static final Tool TOOL = Tool.of("probe", "");
  private static final ChatMessage SYSTEM = ChatMessage.system("Be brief.");
  private static final ChatMessage USER = ChatMessage.user("Hi.");
  private static final ChatMessage ASSISTANT = ChatMessage.assistant("Hello.");
  private static final List<List<ChatMessage>> CONVERSATIONS =
      List.of(
          List.of(USER),
          List.of(SYSTEM, USER),
          List.of(USER, ASSISTANT, USER),
          List.of(SYSTEM, USER, ASSISTANT, USER));

  /// Warns of what is missing.
  void tell(ModelWarnings warnings) {
    String template = file.main().map(FileTemplates.Source::text).orElse("");
    Set<String> missing = mentionsMissing(template) ? printed() : Set.of();
    if (!missing.isEmpty()) {
      warnings.add(
          "%s must use marks that are tokens of the vocabulary, found %s which are none: they reach"
                  .formatted(place(), String.join(", ", missing))
              + " the model as ordinary text");
    }
    tellUnnamed(template, "bos_token", tokenizer.bos(), warnings);
    tellUnnamed(template, "eos_token", tokenizer.eos(), warnings);
  }

  private String place() {
    return file.main().map(FileTemplates.Source::key).orElse("the chat format " + format.name());
  }

  /// False where a look at the text is enough, as for nearly all files.
  private boolean mentionsMissing(String template) {
    Matcher matcher = MARK.matcher(template + '\n' + String.join("\n", format.marks()));
    while (matcher.find()) {
      if (tokenizer.special(matcher.group()).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private Set<String> printed() {
    Set<String> missing = new LinkedHashSet<>();
    boolean endsByEos = false;
    for (PromptPart part : rendered()) {
      switch (part) {
        case PromptPart.Text(String text) ->
            MARK.matcher(text).results().forEach(mark -> missing.add(mark.group()));
        case PromptPart.Special(String token) -> endsByEos |= isEos(token);
      }
    }
    return endsByEos && ROLE_TAGS.containsAll(missing) ? Set.of() : missing;
  }

  private boolean isEos(String token) {
    OptionalInt id = tokenizer.special(token);
    return id.isPresent() && id.equals(tokenizer.eos());
  }

  private List<PromptPart> rendered() {
    List<PromptPart> plain = rendered(List.of());
    return plain.isEmpty() ? rendered(List.of(TOOL)) : plain;
  }

  private List<PromptPart> rendered(List<Tool> tools) {
    List<PromptPart> parts = new ArrayList<>();
    for (List<ChatMessage> conversation : CONVERSATIONS) {
      try {
        parts.addAll(format.render(PromptRequest.of(conversation).withTools(tools)));
      } catch (ChatTemplateException _) {
        // not every format has system messages or several turns
      }
    }
    return parts;
  }

  /// Warns of a token that the template prints by its variable and the file does not name, unless
  /// the template asks whether there is one.
  private static void tellUnnamed(
      String template, String variable, OptionalInt id, ModelWarnings warnings) {
    String code = COMMENT.matcher(template).replaceAll("");
    if (id.isPresent() || !Pattern.compile("\\b" + variable + "\\b").matcher(code).find()) {
      return;
    }
    List<String> questions =
        List.of(
            "%s\\s+(is|or)\\b",
            "%s\\s*\\|\\s*d(efault)?\\b", "if\\s+(not\\s+)?%s\\b", "set\\s+%s\\b");
    List<String> asked = new ArrayList<>(questions);
    asked.removeIf(question ->
        !Pattern.compile(String.format(Locale.ROOT, question, variable)).matcher(code).find());
    if (asked.isEmpty()) {
      warnings.add(
          "%s must find a %s, found no tokenizer.ggml.%s_id: nothing stands in its place"
              .formatted(FileTemplates.PLAIN_KEY, variable, variable));
    }
  }
}
