package puna;

import java.util.Optional;
import puna.chat.format.ChatTemplate;
import puna.chat.tools.ToolSupport;
import puna.engine.Engine;
import puna.token.Tokenizer;

/// An open model's parts, and what has to be closed after the engine.
///
/// @param tools how the model is shown tools
/// @param reasoning how it thinks before it answers
/// @param reading how it reads texts that are not answered
/// @param grammars that answers were bound to lately
record LoadedModel(
    Engine engine,
    Tokenizer tokenizer,
    Optional<ChatTemplate> chatTemplate,
    ToolSupport tools,
    ReasoningSupport reasoning,
    ReadingSupport reading,
    GrammarCache grammars,
    ModelInfo info,
    Runnable release) {

  /// A model whose template has no text of its own.
  LoadedModel(
      Engine engine,
      Tokenizer tokenizer,
      Optional<ChatTemplate> chatTemplate,
      ModelInfo info,
      Runnable release) {
    this(
        engine,
        tokenizer,
        chatTemplate,
        ToolSupport.of(chatTemplate, "", info.name()),
        new ReasoningSupport(tokenizer, chatTemplate, ""),
        ReadingSupport.PLAIN,
        new GrammarCache(tokenizer),
        info,
        release);
  }
}
