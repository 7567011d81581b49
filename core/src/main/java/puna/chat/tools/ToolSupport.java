package puna.chat.tools;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.format.ChatTemplate;
import puna.chat.format.PromptRequest;
import puna.chat.format.TextMarks;
import puna.chat.format.ToolStyle;
import puna.chat.tools.ToolProbe.Shown;
import puna.error.ChatTemplateException;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.token.PromptPart;

/// How a model is shown tools, its calls and their results, and how it calls.
///
/// What a template shows is written nowhere but in its code, so it is found out by trying: once
/// which ways of putting one call to it show anything, then for each conversation, with words that
/// stand nowhere else, which of them shows it whole. Where none does, what is lost is written as
/// text.
///
/// Safe for all threads. What a conversation becomes depends on nothing but itself.
public final class ToolSupport {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final Tool PROBE = Tool.of("puna_probe", "");
  private static final List<ChatMessage> ONE_CALL = oneCall();

  private final ToolFormat format;
  private final Optional<ChatTemplate> template;
  private final Optional<Set<ToolStyle>> listing;
  private final TextMarks marks;
  private final ToolPrompts prompts;
  private final String origin;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final ToolProbe oneCall = ToolProbe.of(ONE_CALL);

  /// How each form shows one call; found out when the first conversation asks for it.
  private final Map<HistoryForm, Shown> oneCallShown = new ConcurrentHashMap<>();

  private ToolSupport(
      ToolFormat format,
      Optional<ChatTemplate> template,
      Optional<Set<ToolStyle>> listing,
      String origin) {
    this.format = format;
    this.template = template;
    this.listing = listing;
    this.marks = template.map(ChatTemplate::textMarks).orElseGet(() -> new TextMarks(List.of()));
    this.prompts = new ToolPrompts(format, marks);
    this.origin = origin;
  }

  /// @param source the text of the template; empty where the model has none
  /// @param origin the model's file, for a warning
  public static ToolSupport of(Optional<ChatTemplate> template, String source, String origin) {
    Optional<Set<ToolStyle>> listing = template.flatMap(ToolSupport::listing);
    ToolFormat format = listing.isEmpty() ? ToolFormat.HERMES : ToolFormat.of(source);
    return new ToolSupport(format, template, listing, origin);
  }

  /// Whether the template has a place for tools.
  public boolean listsTools() {
    return listing.isPresent();
  }

  /// How the model calls.
  public ToolFormat format() {
    return format;
  }

  /// The conversation as the template can show it.
  public PromptRequest request(PromptRequest given) {
    PromptRequest request =
        given.withMessages(given.messages().stream().map(marks::brokenUp).toList());
    if (listing.isEmpty()) {
      if (ToolProbe.hasTools(request.messages())) {
        warn("knows no tools");
      }
      return request
          .withMessages(prompts.asText(request.messages(), request.tools()))
          .withTools(List.of());
    }
    PromptRequest listed = request.withStyles(listing.get());
    return ToolProbe.hasTools(request.messages()) ? withHistory(listed) : listed;
  }

  private PromptRequest withHistory(PromptRequest request) {
    Optional<PromptRequest> shown =
        form(request).map(form -> form.of(request, prompts)).filter(this::renders);
    if (shown.isPresent()) {
      return shown.get();
    }
    PromptRequest text = request.withMessages(prompts.asText(request.messages(), List.of()));
    if (!renders(text)) {
      return request; // what is wrong with it has nothing to do with tools
    }
    warn("does not show calls of tools and their results");
    return text;
  }

  /// The first form in which the template shows a conversation of this shape.
  private Optional<HistoryForm> form(PromptRequest request) {
    ToolProbe probe = ToolProbe.of(request.messages());
    PromptRequest probing = request.withMessages(probe.messages());
    Optional<HistoryForm> inPart = Optional.empty();
    for (HistoryForm form : HistoryForm.ALL) {
      if (inPart.isPresent() && form.writesText()) {
        break;
      }
      if (oneCallShown(form) == Shown.NOT) {
        continue;
      }
      Shown shown = shown(probe, form.of(probing, prompts));
      if (shown == Shown.WHOLE || (shown == Shown.IN_PART && !showsAnyWhole())) {
        return warned(form);
      }
      if (shown == Shown.IN_PART && inPart.isEmpty()) {
        inPart = Optional.of(form);
      }
    }
    return inPart.flatMap(this::warned);
  }

  private boolean showsAnyWhole() {
    return HistoryForm.ALL.stream().anyMatch(form -> oneCallShown(form) == Shown.WHOLE);
  }

  private Shown oneCallShown(HistoryForm form) {
    return oneCallShown.computeIfAbsent(form, this::tried);
  }

  private Shown tried(HistoryForm form) {
    PromptRequest request =
        PromptRequest.of(oneCall.messages())
            .withTools(List.of(PROBE))
            .withStyles(listing.orElseThrow());
    return shown(oneCall, form.of(request, prompts));
  }

  private Optional<HistoryForm> warned(HistoryForm form) {
    if (form.writesText()) {
      warn(
          form.layout() == HistoryForm.Layout.CALLS_AS_TEXT
              ? "does not show calls of tools"
              : "does not show results of tools");
    }
    return Optional.of(form);
  }

  private Shown shown(ToolProbe probe, PromptRequest request) {
    return rendered(template.orElseThrow(), request).map(probe::in).orElse(Shown.NOT);
  }

  private boolean renders(PromptRequest request) {
    return rendered(template.orElseThrow(), request).isPresent();
  }

  private void warn(String loss) {
    if (warned.compareAndSet(false, true)) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "%s: the chat template %s: the prompt has them as text".formatted(origin, loss));
    }
  }

  /// The way in which a template lists tools; empty where it lists none.
  private static Optional<Set<ToolStyle>> listing(ChatTemplate template) {
    PromptRequest request =
        PromptRequest.of(List.of(ChatMessage.user("?"))).withTools(List.of(PROBE));
    return Stream.concat(
            Stream.of(EnumSet.noneOf(ToolStyle.class)),
            Stream.of(ToolStyle.BARE_TOOLS, ToolStyle.TOOLS_AS_FUNCTIONS).map(EnumSet::of))
        .filter(styles ->
            rendered(template, request.withStyles(styles))
                .filter(prompt -> prompt.contains(PROBE.name()))
                .isPresent())
        .<Set<ToolStyle>>map(Set::copyOf)
        .findFirst();
  }

  private static Optional<String> rendered(ChatTemplate template, PromptRequest request) {
    try {
      return Optional.of(
          template.render(request).stream()
              .map(part -> part instanceof PromptPart.Text(String text) ? text : " ")
              .collect(Collectors.joining()));
    } catch (ChatTemplateException _) {
      return Optional.empty();
    }
  }

  private static List<ChatMessage> oneCall() {
    JsonObject arguments =
        new JsonObject(Map.of("text", new JsonString("text"), "number", JsonNumber.of(1)));
    ToolCall call = ToolCall.of("callid000", PROBE.name(), arguments);
    return Arrays.asList(
        ChatMessage.user("?"),
        ChatMessage.assistant("", List.of(call)),
        ChatMessage.toolResult(call, "result"));
  }
}
