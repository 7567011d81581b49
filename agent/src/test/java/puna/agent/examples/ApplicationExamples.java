package puna.agent.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleConsumer;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.ChatOptions.OnHistoryFull;
import puna.IncompleteAnswerException;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Priority;
import puna.Session;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.error.ModelException;
import puna.error.OverloadedException;
import puna.json.Json;
import puna.json.JsonValue.JsonString;

/// The examples of `docs/in-your-application.md`, word for word between their marks.
public final class ApplicationExamples {
  private final ChatOptions greedy = ChatOptions.greedy().withMaxTokens(32);

  // example: life
  /// One open model for the whole application: threads share it, and answers that run at the same
  /// time are computed together.
  static final class Assistant implements AutoCloseable {
    private final Llama llama;

    Assistant(String model, DoubleConsumer progress) {
      LlamaOptions options = LlamaOptions.defaults().withContextLength(4096);
      llama = Llama.open(ModelSource.of(model), options, progress); // seconds for large files
    }

    String answer(String question) {
      return llama.ask(question); // on any thread, platform or virtual
    }

    Llama llama() {
      return llama;
    }

    @Override
    public void close() {
      llama.close(); // cancels answers that still run, and gives all memory back
    }
  }

  // end

  // example: crowd
  /// An answer for one user of many. It goes before work that nobody waits for, no user crowds the
  /// others out, and after ten seconds it ends with what has come.
  String forUser(Llama llama, String user, List<ChatMessage> conversation) {
    ChatOptions options =
        greedy
            .withPriority(Priority.HIGH)
            .withCaller(user)
            .withDeadline(Duration.ofSeconds(10))
            .withOnHistoryFull(OnHistoryFull.DROP_MIDDLE);
    try (ChatAnswer answer = llama.chat(conversation, options)) {
      return answer.text();
    } catch (OverloadedException e) {
      return "Too many ask at once: " + e.getMessage(); // more wait than LlamaOptions allows
    }
  }

  // end

  // example: session
  Session remembered(Llama llama, Path file, String question) {
    Session session = Files.exists(file) ? llama.restore(file) : llama.session(List.of());
    try (ChatAnswer answer = session.chat(ChatMessage.user(question), ChatOptions.defaults())) {
      Session next = session.after(answer);
      next.save(file); // messages, and what the model has computed for them
      return next;
    }
  }

  // end

  // example: sse
  /// Answers a question as server-sent events. A piece of text may be a space or have line ends,
  /// which an event's data loses at its ends; as a JSON string it keeps them.
  void stream(HttpExchange exchange, Llama llama, String question) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody();
        ChatAnswer answer = llama.chat(List.of(ChatMessage.user(question)), greedy)) {
      for (ChatEvent event : answer) {
        if (event instanceof ChatEvent.TextDelta(String piece)) {
          String data = "data: " + Json.write(new JsonString(piece)) + "\n\n";
          body.write(data.getBytes(UTF_8)); // throws where the reader has gone
          body.flush();
        }
      }
    } // closed either way: an answer that nobody reads is not computed further
  }

  // end

  // example: later
  /// Computes on the model's own threads; nobody waits.
  CompletableFuture<String> later(Llama llama, String question) {
    ChatAnswer answer = llama.chat(List.of(ChatMessage.user(question)), greedy);
    return answer
        .toCompletableFuture() // cancelling it cancels the answer
        .thenApply(ChatMessage::text)
        .whenComplete((_, _) -> answer.close());
  }

  // end

  // example: errors
  String careful(Llama llama, String question) {
    try {
      return llama.ask(question);
    } catch (IncompleteAnswerException e) {
      return e.partialText() + " …"; // cut short by a limit: what there is of it
    } catch (ContextFullException e) {
      return "The question is too long: " + e.getMessage();
    } catch (GenerationException e) {
      return "The answer broke off: " + e.getMessage();
    }
  }

  String opened(String model) {
    try (Llama llama = Llama.open(model)) {
      return llama.info().name();
    } catch (ModelException e) { // not found, no model, cannot be read, no memory: it says which
      return "no model: " + e.getMessage();
    }
  }
  // end
}
