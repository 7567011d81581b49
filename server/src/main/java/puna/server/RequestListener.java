package puna.server;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import puna.server.exchange.Headers;

/// Is told of requests: for traces, logs and metrics of one's own. Called by many threads, and what
/// it does makes clients wait; what it throws is logged and goes no further.
public interface RequestListener {
  /// A request has come.
  ///
  /// @return takes what became of it
  Consumer<Report> came(Arrival request);

  /// A request as it came, without its body.
  ///
  /// @param id that its answer bears as `x-request-id`
  /// @param method such as `POST`
  /// @param path of its target, as the client wrote it
  /// @param endpoint that answers, such as `/v1/models/{id}`; empty where there is none
  /// @param headers of it, keys of callers included
  record Arrival(String id, String method, String path, String endpoint, Headers headers) {}

  /// What became of a request. It has no text of prompts and answers.
  ///
  /// @param status of the answer; 0 where the client left before it began
  /// @param failure that broke the answer off after it had begun
  /// @param model that answered; empty where none did
  /// @param tokens that it took
  /// @param firstToken how long the first token took; empty where none came
  record Report(
      int status,
      Optional<Throwable> failure,
      String model,
      Tokens tokens,
      Optional<Duration> firstToken) {}

  /// Tokens of a request.
  ///
  /// @param prompt all tokens of prompts
  /// @param cached those of them that the cache had
  /// @param answer tokens of answers
  record Tokens(long prompt, long cached, long answer) {}
}
