package puna.server.wire;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is known of a call when it is over: for the log and the metrics. It has no text of prompts
/// or answers.
public final class CallRecord {
  private int status;
  private String model = "";
  private String endpoint = "";
  private long promptTokens;
  private long cachedTokens;
  private long answerTokens;
  private long firstTokenNanos;
  private long promptNanos;
  private long answerNanos;
  private long drafts;
  private long guessedTokens;
  private long acceptedTokens;
  private volatile boolean isAnswering; // others look while the call's thread works
  private @Nullable Throwable failure;

  /// The HTTP status; 0 where there was no reply.
  public int status() {
    return status;
  }

  void status(int value) {
    status = value;
  }

  /// The model that answered; empty where there was none.
  public String model() {
    return model;
  }

  /// Says which model answers.
  public void model(String id) {
    model = id;
  }

  /// The route that was taken, such as `/v1/models/{id}`; empty where there was none.
  public String endpoint() {
    return endpoint;
  }

  /// Says which route was taken.
  public void endpoint(String path) {
    endpoint = path;
  }

  /// Says that the reply broke off after it had begun.
  public void failed(Throwable cause) {
    failure = cause;
  }

  /// Why the reply broke off after it had begun; empty where it did not.
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /// Adds what an answer took.
  public void took(long prompt, long cached, long answer) {
    promptTokens += prompt;
    cachedTokens += cached;
    answerTokens += answer;
  }

  /// Adds how long an answer took.
  ///
  /// @param prompt nanoseconds to read its prompt
  /// @param answer nanoseconds from its first token to the last
  public void spent(long prompt, long answer) {
    promptNanos += prompt;
    answerNanos += answer;
  }

  /// Adds tokens that were guessed for an answer.
  ///
  /// @param times that some were guessed
  /// @param accepted those of them that came
  public void guessed(long times, long tokens, long accepted) {
    drafts += times;
    guessedTokens += tokens;
    acceptedTokens += accepted;
  }

  /// How often tokens were guessed.
  public long drafts() {
    return drafts;
  }

  /// Tokens that were guessed.
  public long guessedTokens() {
    return guessedTokens;
  }

  /// Guessed tokens that came.
  public long acceptedTokens() {
    return acceptedTokens;
  }

  /// Nanoseconds that reading prompts took.
  public long promptNanos() {
    return promptNanos;
  }

  /// Nanoseconds from first tokens to last ones.
  public long answerNanos() {
    return answerNanos;
  }

  /// Says that a model works for the call from now on.
  public void answering() {
    isAnswering = true;
  }

  /// Whether a model works for the call, or has done so; may be asked by any thread.
  public boolean isAnswering() {
    return isAnswering;
  }

  /// Says when the first token came, after the request.
  public void firstToken(long nanos) {
    firstTokenNanos = firstTokenNanos == 0 ? nanos : firstTokenNanos;
  }

  /// Tokens of prompts.
  public long promptTokens() {
    return promptTokens;
  }

  /// Tokens of prompts that the cache had.
  public long cachedTokens() {
    return cachedTokens;
  }

  /// Tokens of answers.
  public long answerTokens() {
    return answerTokens;
  }

  /// Nanoseconds from the request to the first token; 0 where none came.
  public long firstTokenNanos() {
    return firstTokenNanos;
  }
}
