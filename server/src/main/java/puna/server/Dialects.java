package puna.server;

import puna.server.exchange.Request;
import puna.server.ollama.Ollama;
import puna.server.openai.OpenAi;
import puna.server.wire.Dialect;

/// In which dialect a request is refused that has no route.
final class Dialects {
  private final Dialect openAi = new OpenAi();
  private final Dialect ollama = new Ollama();

  /// The dialect that the client of a request most likely speaks.
  Dialect of(Request request) {
    return Ollama.owns(request.path()) ? ollama : openAi;
  }
}
