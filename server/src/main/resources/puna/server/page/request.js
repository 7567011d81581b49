// From a path of messages and the settings to the body of a request.

import { SAMPLING } from "./sampling.js";

/** A text in a code block that it cannot close, whatever it contains. */
export function fenced(text, language = "") {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** The text of a message with its files. */
export function withFiles(message) {
  const files = (message.files ?? []).map((file) => `${file.name}\n${fenced(file.text)}`);
  return [...files, message.content].filter((part) => part !== "").join("\n\n");
}

function toWire(message) {
  if (message.role === "tool") {
    return { role: "tool", tool_call_id: message.toolCallId, name: message.toolName, content: message.content };
  }
  if (message.role === "assistant" && message.toolCalls?.length) {
    const calls = message.toolCalls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: call.arguments },
    }));
    return { role: "assistant", content: message.content || null, tool_calls: calls };
  }
  return { role: message.role, content: message.role === "user" ? withFiles(message) : message.content };
}

/** What goes to the model: nothing of an answer that failed before it said something. */
export function wireMessages(system, path) {
  const messages = path
    .filter((message) => message.role !== "assistant" || message.content !== "" || message.toolCalls?.length)
    .map(toWire);
  return system.trim() === "" ? messages : [{ role: "system", content: system }, ...messages];
}

/**
 * The body of a chat completion.
 *
 * @param path the messages from the first one on
 * @throws SyntaxError where the schema or the tools are no JSON
 */
export function requestOf(conversation, model, path) {
  const { settings } = conversation;
  const request = {
    model,
    messages: wireMessages(conversation.system, path),
    stream_options: { include_usage: true },
    return_progress: true,
    truncation: settings.truncation ?? "disabled",
  };
  for (const [name] of SAMPLING) {
    const value = settings.sampling?.[name];
    if (typeof value === "number") {
      request[name] = value;
    }
  }
  const stops = (settings.stop ?? "").split("\n").filter((line) => line !== "");
  if (stops.length > 0) {
    request.stop = stops;
  }
  if (settings.form === "json") {
    request.response_format = { type: "json_object" };
  } else if (settings.form === "schema") {
    const schema = parsed("The schema", settings.schema);
    request.response_format = { type: "json_schema", json_schema: { name: "answer", strict: true, schema } };
  }
  if ((settings.tools ?? "").trim() !== "") {
    request.tools = toolsOf(parsed("The tools", settings.tools));
  }
  if (settings.logprobs) {
    request.logprobs = true;
    request.top_logprobs = 5;
  }
  return request;
}

/** Tools as OpenAI writes them, or the bare functions. */
function toolsOf(value) {
  return (Array.isArray(value) ? value : [value]).map((tool) =>
    tool.function === undefined ? { type: "function", function: tool } : tool,
  );
}

/** Reads JSON that the user has written. */
export function parsed(what, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${what} cannot be read as JSON: ${error.message}`);
  }
}
