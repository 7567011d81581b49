package puna.chat.format;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import puna.chat.template.Template;
import puna.chat.template.python.RenderedText;
import puna.chat.template.python.TemplateException;
import puna.error.ChatTemplateException;
import puna.json.JsonValue.JsonObject;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// The template of a model's own file. Special tokens come from the template's characters alone;
/// what came from the conversation is text, whatever it spells.
final class ParsedTemplate implements ChatTemplate {
  private static final Set<String> TRUSTED = ChatTemplates.TRUSTED;

  private final Family family;
  private final Variants variants;
  private final Tokenizer tokenizer;
  private final Clock clock;
  private final SpecialTexts specials;
  private final Set<String> marks;
  private final ConversationRules rules;

  /// @param clock what the template reads where it names today's date
  ParsedTemplate(Family family, Variants variants, Tokenizer tokenizer, Clock clock) {
    this.family = family;
    this.variants = variants;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.specials = new SpecialTexts(tokenizer);
    this.marks = marks(variants, tokenizer);
    this.rules = new ConversationRules(family.name());
  }

  /// The templates of one file.
  ///
  /// @param withTools the one for conversations with tools, where it is another
  record Variants(Template plain, Optional<Template> withTools) {
    /// Whether one of them has a text, in whatever place.
    boolean mention(String text) {
      return plain.source().contains(text)
          || withTools.filter(template -> template.source().contains(text)).isPresent();
    }

    Template of(PromptRequest request) {
      return request.tools().isEmpty() ? plain : withTools.orElse(plain);
    }
  }

  @Override
  public String name() {
    return family.name();
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    rules.requireMessages(request.messages());
    PromptRequest clean =
        request.withMessages(rules.withoutMarks(request.messages(), family.textMarks()));
    try {
      RenderedText rendered = rendered(clean);
      rules.requireLast(request.messages(), rendered.lastMessage());
      return parts(rendered);
    } catch (TemplateException e) {
      throw new ChatTemplateException("chat template, " + e.getMessage());
    }
  }

  private RenderedText rendered(PromptRequest request) {
    JsonObject variables = TemplateVariables.of(request, tokenizer);
    Template template = variants.of(request);
    return request.styles().contains(ToolStyle.TOOLS_AS_FUNCTIONS)
        ? template.render(TemplateVariables.withFunctions(variables, clock), TRUSTED, clock)
        : ChatTemplates.render(template, variables, clock);
  }

  @Override
  public TextMarks textMarks() {
    return family.textMarks();
  }

  /// Those that the template writes out.
  @Override
  public Set<String> marks() {
    return marks;
  }

  private static Set<String> marks(Variants variants, Tokenizer tokenizer) {
    return tokenizer.markTexts().stream()
        .filter(text -> variants.mention(text))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Set<String> stopTokens() {
    return family.stopTokens();
  }

  private List<PromptPart> parts(RenderedText rendered) {
    Parts parts = new Parts();
    for (RenderedText.Run run : rendered.runs()) {
      switch (run.origin()) {
        case DATA, LAST_MESSAGE -> parts.text.append(run.text());
        case TEMPLATE -> template(run.text(), parts);
      }
    }
    parts.flush();
    return withOneBos(parts.list);
  }

  private void template(String text, Parts parts) {
    int clean = 0;
    for (int at = 0; at < text.length(); at++) {
      Optional<String> special = specials.at(text, at);
      if (special.isPresent()) {
        parts.text.append(text, clean, at);
        parts.special(special.get());
        clean = at + special.get().length();
        at = clean - 1;
      }
    }
    parts.text.append(text, clean, text.length());
  }

  /// The prompt with the BOS that the vocabulary asks for, and with no second one in front.
  private List<PromptPart> withOneBos(List<PromptPart> parts) {
    if (tokenizer.bos().isEmpty()) {
      return List.copyOf(parts);
    }
    PromptPart bos = new PromptPart.Special(tokenizer.piece(tokenizer.bos().getAsInt()));
    int printed = 0;
    while (printed < parts.size() && parts.get(printed).equals(bos)) {
      printed++;
    }
    List<PromptPart> prompt = new ArrayList<>(parts.subList(printed, parts.size()));
    if (printed > 0 || tokenizer.addsBos()) {
      prompt.addFirst(bos);
    }
    return List.copyOf(prompt);
  }

  /// Parts as they are collected.
  private static final class Parts {
    private final List<PromptPart> list = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    void special(String token) {
      flush();
      list.add(new PromptPart.Special(token));
    }

    void flush() {
      if (!text.isEmpty()) {
        list.add(new PromptPart.Text(text.toString()));
        text.setLength(0);
      }
    }
  }
}
