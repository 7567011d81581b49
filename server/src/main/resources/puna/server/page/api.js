// What the page asks of the server, which is always the one that it came from.

const KEY = "puna-key";

/** A refusal of the server, or its silence. */
export class ServerError extends Error {
  /**
   * @param status of the reply; 0 where the server could not be reached, or broke off
   * @param retryAfter seconds after which it may be tried again; 0 where nothing is said
   */
  constructor(message, status, code = "", retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether the conversation has become too long for the model. */
  get isTooLong() {
    return this.code === "context_length_exceeded";
  }
}

/** The key that the server wants; kept until the tab is closed. */
export const key = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY)),
};

async function ask(path, body, signal) {
  const headers = {};
  if (key.get() !== "") {
    headers.Authorization = "Bearer " + key.get();
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let reply;
  try {
    reply = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new ServerError("The server cannot be reached.", 0);
  }
  if (!reply.ok) {
    throw await refusal(reply);
  }
  return reply;
}

async function refusal(reply) {
  const text = await reply.text().catch(() => "");
  let error = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    // a proxy's page, perhaps: its text is all there is
  }
  const message = typeof error === "string" ? error : (error.message ?? text.slice(0, 500));
  const after = Number(reply.headers.get("Retry-After")) || 0;
  return new ServerError(message || `The server answered ${reply.status}.`, reply.status, error.code ?? "", after);
}

/** The served models, without their aliases' doubles. */
export async function models() {
  const reply = await ask("/v1/models");
  return (await reply.json()).data;
}

/** Has a model loaded; returns when it is. */
export async function load(model) {
  const reply = await ask("/api/generate", { model, stream: false });
  await reply.json();
}

/** Whether the server answers at all. */
export async function isThere() {
  try {
    await fetch("/api/version", { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

/** How many tokens a text has. */
export async function countTokens(model, content) {
  const reply = await ask("/tokenize", { model, content });
  return (await reply.json()).tokens.length;
}

/**
 * Streams an answer.
 *
 * @param request the body of a chat completion
 * @param take is called with each chunk
 * @throws ServerError when it is refused or breaks off; an AbortError when it is stopped
 */
export async function chat(request, signal, take) {
  const reply = await ask("/v1/chat/completions", { ...request, stream: true }, signal);
  let isWhole = false;
  for await (const { event, data } of events(reply.body)) {
    if (data === "[DONE]") {
      isWhole = true;
      break;
    }
    const json = JSON.parse(data);
    if (event === "error" || json.error !== undefined) {
      throw new ServerError(json.error?.message ?? data, 0, json.error?.code ?? "");
    }
    take(json);
  }
  if (!isWhole) {
    throw new ServerError("The connection broke off before the answer had ended.", 0);
  }
}

/** The events of a stream, as the HTML standard reads them; comments are left out. */
async function* events(body) {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    while (true) {
      const { value, done } = await reader.read().catch((error) => {
        throw error.name === "AbortError" ? error : new ServerError("The connection broke off.", 0);
      });
      if (done) {
        return;
      }
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const found = { event: "", data: "" };
        for (const line of part.split("\n")) {
          if (line.startsWith("data:")) {
            found.data += line.slice(line[5] === " " ? 6 : 5);
          } else if (line.startsWith("event:")) {
            found.event = line.slice(6).trim();
          }
        }
        if (found.data !== "") {
          yield found;
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
