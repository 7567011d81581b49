package puna;

import java.util.Optional;
import puna.chat.format.ChatTemplate;
import puna.chat.tools.ToolSupport;
import puna.engine.Engine;
import puna.saved.Fingerprint;
import puna.token.Tokenizer;

/// An open model's parts, and what has to be closed after the engine.
///
/// @param tools how the model is shown tools
/// @param reasoning how it thinks before it answers
/// @param reading how it reads texts that are not answered
/// @param grammars that answers were bound to lately
/// @param saved the way of its KV cache to files
record LoadedModel(
    Engine engine,
    Tokenizer tokenizer,
    Optional<ChatTemplate> chatTemplate,
    ToolSupport tools,
    ReasoningSupport reasoning,
    ReadingSupport reading,
    GrammarCache grammars,
    ModelInfo info,
    SavedCache saved,
    Runnable release) {

  /// A model of no file, with no cache folder.
  LoadedModel(
      Engine engine,
      Tokenizer tokenizer,
      Optional<ChatTemplate> chatTemplate,
      ToolSupport tools,
      ReasoningSupport reasoning,
      ReadingSupport reading,
      GrammarCache grammars,
      ModelInfo info,
      Runnable release) {
    this(
        engine,
        tokenizer,
        chatTemplate,
        tools,
        reasoning,
        reading,
        grammars,
        info,
        new SavedCache(engine, Fingerprint.ofName(info.name()), Optional.empty()),
        release);
  }

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
