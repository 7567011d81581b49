package puna.server.llamaserver;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import puna.Llama;
import puna.Prompt;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.token.Tokenizer;

/// Two texts between which something is missing.
///
/// @param before it, with what is written of it already
/// @param context other texts, in front of all
record InfillFields(String before, String after, String context) {
  private static final String SNIPPET = "\n\n--- snippet ---\n\n"; // llama.cpp's

  static InfillFields read(Fields request) {
    StringBuilder context = new StringBuilder();
    List<Fields> extra = request.objects("input_extra");
    for (Fields text : extra) {
      Optional<String> _ = text.text("filename"); // there are no tokens that would tell it
      context.append(SNIPPET).append(text.requiredText("text"));
    }
    if (!request.has("input_prefix") && !request.has("input_suffix")) {
      throw Failure.missing("input_prefix", "the text before or behind what is missing is needed");
    }
    return new InfillFields(
        request.text("input_prefix").orElse("") + request.text("prompt").orElse(""),
        request.text("input_suffix").orElse(""),
        context.toString());
  }

  /// @throws puna.error.InfillException when the model has no tokens for it
  Prompt prompt(Llama llama) {
    Prompt between = llama.infillPrompt(before, after);
    if (context.isEmpty()) {
      return between;
    }
    Tokenizer tokenizer = llama.tokenizer();
    int[] ids = between.tokens(tokenizer);
    int bos = tokenizer.addsBos() && tokenizer.bos().isPresent() ? 1 : 0;
    return Prompt.tokens(
        IntStream.concat(
                IntStream.concat(
                    IntStream.of(ids).limit(bos), IntStream.of(tokenizer.encode(context))),
                IntStream.of(ids).skip(bos))
            .toArray());
  }
}
