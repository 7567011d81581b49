package puna.server.anthropic;

import java.util.Optional;
import puna.ChatOptions;
import puna.ChatOptions.Reasoning;
import puna.Llama;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.ReasoningFit;

/// The field `thinking`: whether the model thinks before it answers, and whether that is shown.
///
/// @param wanted empty for the model's own way
/// @param budget the most tokens of it; empty for no bound
/// @param display whether its text is sent
record Thinking(Optional<Reasoning> wanted, Optional<Integer> budget, Display display) {
  private static final Thinking OWN_WAY =
      new Thinking(Optional.empty(), Optional.empty(), Display.SHOWN);

  /// What of it clients are sent.
  enum Display {
    SHOWN,
    /// That the model thought, and not what.
    OMITTED
  }

  static Thinking read(Fields request) {
    return request.object("thinking").map(Thinking::of).orElse(OWN_WAY);
  }

  private static Thinking of(Fields thinking) {
    String type = thinking.requiredText("type");
    Display display =
        thinking.text("display").filter("omitted"::equals).isPresent()
            ? Display.OMITTED
            : Display.SHOWN;
    return switch (type) {
      case "enabled" -> new Thinking(Optional.of(Reasoning.ON), budget(thinking), display);
      case "adaptive", "between_tools" ->
          new Thinking(Optional.of(Reasoning.ON), Optional.empty(), display);
      case "disabled" -> new Thinking(Optional.of(Reasoning.OFF), Optional.empty(), display);
      default ->
          throw Failure.invalid(
              thinking.path("type"),
              "%s: must be enabled, adaptive, between_tools or disabled, found %s"
                  .formatted(thinking.path("type"), type));
    };
  }

  private static Optional<Integer> budget(Fields thinking) {
    return thinking.integer("budget_tokens", 0, Integer.MAX_VALUE).stream().boxed().findFirst();
  }

  /// The options with as much of it as the model can be told; a model that cannot think answers
  /// without.
  ChatOptions into(ChatOptions options, Llama llama) {
    ChatOptions bounded =
        budget.isPresent() ? options.withMaxReasoningTokens(budget.get()) : options;
    return wanted.isPresent() ? ReasoningFit.as(wanted.get(), bounded, llama) : bounded;
  }
}
