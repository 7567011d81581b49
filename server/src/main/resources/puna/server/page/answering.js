// Answers that are being written: they go on when another conversation is shown.

import { chat, ServerError } from "./api.js";
import { isFull, save } from "./store.js";
import { tokensOf } from "./tokens.js";

const SAVED_EVERY = 1000; // milliseconds

/** One answer, from the request to its end. */
export class Answering {
  /**
   * @param conversation that it belongs to
   * @param message that is filled
   * @param listener is told: `reading(progress)`, `grown()`, `ended(error)`
   */
  constructor(conversation, message, listener) {
    this.conversation = conversation;
    this.message = message;
    this.listener = listener;
    this.abort = new AbortController();
    this.lastSaved = performance.now();
    this.saving = Promise.resolve();
  }

  async run(request) {
    const { message } = this;
    this.start = performance.now();
    try {
      await chat(request, this.abort.signal, (chunk) => this.take(chunk));
      message.state = "done";
    } catch (error) {
      this.failed(error);
    }
    if (message.reasoning && !message.reasoningMillis) {
      message.reasoningMillis = performance.now() - this.thinkingSince;
    }
    await this.keep();
    this.listener.ended(message.error ?? null);
  }

  failed(error) {
    const { message } = this;
    if (error.name === "AbortError") {
      message.state = "stopped";
      return;
    }
    message.state = "error";
    message.error =
      error instanceof ServerError
        ? { message: error.message, status: error.status, retryAfter: error.retryAfter, isTooLong: error.isTooLong }
        : { message: `The page failed: ${error.message}`, status: -1, retryAfter: 0, isTooLong: false };
  }

  take(chunk) {
    const { message } = this;
    message.usage = chunk.usage ?? message.usage;
    message.timings = chunk.timings ?? message.timings;
    message.dropped = chunk.dropped_messages ?? message.dropped;
    if (chunk.prompt_progress) {
      this.listener.reading(chunk.prompt_progress);
    }
    const choice = chunk.choices?.[0];
    if (choice === undefined) {
      return;
    }
    message.finish = choice.finish_reason ?? message.finish;
    const { reasoning_content: reasoning, content, tool_calls: calls } = choice.delta;
    if (!message.firstMillis && (reasoning || content || calls)) {
      message.firstMillis = performance.now() - this.start;
    }
    if (reasoning) {
      this.thinkingSince ??= performance.now();
      message.reasoning = (message.reasoning ?? "") + reasoning;
    }
    if ((content || calls) && message.reasoning && !message.reasoningMillis) {
      message.reasoningMillis = performance.now() - this.thinkingSince;
    }
    message.content += content ?? "";
    calls?.forEach((call) => this.takeCall(call));
    if (choice.logprobs) {
      (message.tokens ??= []).push(...tokensOf(choice.logprobs));
    }
    this.listener.grown();
    if (performance.now() - this.lastSaved > SAVED_EVERY) {
      this.lastSaved = performance.now();
      void this.keep();
    }
  }

  takeCall(piece) {
    const calls = (this.message.toolCalls ??= []);
    const call = (calls[piece.index] ??= { id: "", name: "", arguments: "" });
    call.id = piece.id ?? call.id;
    call.name += piece.function?.name ?? "";
    call.arguments += piece.function?.arguments ?? "";
  }

  /** Writes what there is; one write after the other, since the last one must win. */
  keep() {
    this.message.touched = Date.now();
    this.saving = this.saving
      .then(() => save(this.conversation, [this.message]))
      .catch((error) => this.listener.notKept(error, isFull(error)));
    return this.saving;
  }

  stop() {
    this.abort.abort();
  }
}
