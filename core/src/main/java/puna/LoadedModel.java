package puna;

import java.util.Optional;
import puna.chat.ChatTemplate;
import puna.engine.Engine;
import puna.token.Tokenizer;

/// An open model's parts, and what has to be closed after the engine.
record LoadedModel(
    Engine engine,
    Tokenizer tokenizer,
    Optional<ChatTemplate> chatTemplate,
    ModelInfo info,
    Runnable release) {}
