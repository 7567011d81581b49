package puna.server.anthropic;

import java.util.List;
import puna.server.wire.Dialect;
import puna.server.wire.Ids;
import puna.server.wire.Route;
import puna.server.work.ModelDesk;

/// The routes of Anthropic's dialect; its list of models is the one of all dialects.
public final class AnthropicRoutes {
  private AnthropicRoutes() {}

  /// All of them.
  public static List<Route> of(ModelDesk desk, Ids ids) {
    Dialect dialect = new Anthropic();
    MessagesEndpoint messages = new MessagesEndpoint(desk, ids);
    return List.of(
        new Route("POST", "/v1/messages", dialect, messages),
        new Route("POST", "/v1/messages/count_tokens", dialect, messages::countTokens));
  }
}
