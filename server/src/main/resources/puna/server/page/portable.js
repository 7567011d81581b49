// Conversations as files: JSON with all branches, Markdown with what is shown.

import { plainName, newId } from "./dom.js";
import { messages as read, save } from "./store.js";
import { withFiles } from "./request.js";
import { path } from "./tree.js";

const FORMAT = "puna-conversations";
const MARK = /^<!-- puna:(\w+)(?: (.*?))? -->$/;
const ROLES = ["user", "assistant", "tool"];

/** The text of a file with these conversations, whole. */
export async function toJson(conversations) {
  const all = [];
  for (const conversation of conversations) {
    all.push({ ...conversation, messages: await read(conversation.id) });
  }
  return JSON.stringify({ format: FORMAT, version: 1, conversations: all }, null, 1);
}

/** What is shown of a conversation, to be read by people, and to be imported again. */
export function toMarkdown(conversation, messages) {
  const mark = (role, text) => `<!-- puna:${role}${text ? " " + text.replace(/[\r\n]|-->/g, " ") : ""} -->`;
  const kept = (text) => text.replace(/^<!-- puna:/gm, "<!-- puna\\:");
  const parts = [`# ${conversation.title.replace(/\n/g, " ")}`];
  if (conversation.system.trim() !== "") {
    parts.push(mark("system"), "**System prompt**", kept(conversation.system));
  }
  for (const message of path(conversation, messages)) {
    const who = message.role === "user" ? "You" : message.role === "assistant" ? (message.model ?? "Assistant") : `Result of ${message.toolName}`;
    parts.push(mark(message.role, message.role === "assistant" ? message.model : message.toolName), `**${who}**`, kept(withFiles(message)));
    for (const call of message.toolCalls ?? []) {
      parts.push("```json\n" + JSON.stringify({ call: call.name, arguments: call.arguments }) + "\n```");
    }
  }
  return parts.join("\n\n") + "\n";
}

/**
 * Takes in a file.
 *
 * @returns how many conversations there were
 * @throws Error that says what is wrong, before anything is kept
 */
export async function importText(text, known) {
  const all = text.trimStart().startsWith("{") ? fromJson(text) : [fromMarkdown(text)];
  for (const { conversation, messages } of all) {
    const { fresh, copies } = known.has(conversation.id) ? renamed(conversation, messages) : { fresh: conversation, copies: messages };
    await save(fresh, copies);
  }
  return all.length;
}

function fromJson(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new Error(`The file is no JSON: ${error.message}`);
  }
  if (file?.format !== FORMAT || !Array.isArray(file.conversations)) {
    throw new Error(`The file has no conversations of this page: "format" must be "${FORMAT}".`);
  }
  if (file.version !== 1) {
    throw new Error(`The file is of version ${file.version}; this page knows version 1.`);
  }
  return file.conversations.map((entry, index) => checked(entry, `conversations[${index}]`));
}

/** Only what is known is taken over, each member of the type that it must have. */
function checked(entry, place) {
  const text = (value, where) => {
    if (typeof value !== "string") {
      throw new Error(`${where} must be a text.`);
    }
    return value;
  };
  if (!Array.isArray(entry?.messages)) {
    throw new Error(`${place}.messages must be an array.`);
  }
  const now = Date.now();
  const id = text(entry.id, place + ".id");
  const messages = entry.messages.map((message, index) => {
    const where = `${place}.messages[${index}]`;
    if (!ROLES.includes(message?.role)) {
      throw new Error(`${where}.role must be one of ${ROLES.join(", ")}.`);
    }
    return {
      ...optional(message),
      id: text(message.id, where + ".id"),
      conversation: id,
      parent: message.parent === null || message.parent === undefined ? null : text(message.parent, where + ".parent"),
      role: message.role,
      content: text(message.content, where + ".content"),
      created: Number(message.created) || now + index,
      state: message.state === "writing" ? "cut" : ["done", "stopped", "cut", "error"].includes(message.state) ? message.state : "done",
    };
  });
  const conversation = {
    id,
    title: text(entry.title, place + ".title"),
    system: typeof entry.system === "string" ? entry.system : "",
    settings: plain(entry.settings),
    model: typeof entry.model === "string" ? entry.model : "",
    chosen: plain(entry.chosen),
    created: Number(entry.created) || now,
    updated: Number(entry.updated) || now,
  };
  return { conversation, messages };
}

const plain = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});

function optional(message) {
  const found = {};
  for (const name of ["reasoning", "model", "toolCallId", "toolName", "finish"]) {
    if (typeof message[name] === "string") {
      found[name] = message[name];
    }
  }
  for (const name of ["reasoningMillis", "firstMillis", "dropped"]) {
    if (typeof message[name] === "number") {
      found[name] = message[name];
    }
  }
  if (typeof message.usage?.completion_tokens === "number" && typeof message.usage?.prompt_tokens === "number") {
    found.usage = message.usage;
    found.timings = plain(message.timings);
  }
  const files = Array.isArray(message.files) ? message.files : [];
  found.files = files.filter((file) => typeof file?.name === "string" && typeof file?.text === "string");
  const calls = Array.isArray(message.toolCalls) ? message.toolCalls : [];
  found.toolCalls = calls
    .filter((call) => typeof call?.name === "string" && typeof call?.arguments === "string")
    .map((call) => ({ id: String(call.id ?? ""), name: call.name, arguments: call.arguments }));
  return found;
}

function fromMarkdown(text) {
  const lines = text.split("\n");
  const title = /^# (.*)$/.exec(lines[0] ?? "")?.[1];
  const sections = [];
  for (const line of lines.slice(1)) {
    const mark = MARK.exec(line);
    if (mark !== null) {
      sections.push({ role: mark[1], name: mark[2] ?? "", lines: [] });
    } else {
      sections.at(-1)?.lines.push(line);
    }
  }
  if (title === undefined || sections.length === 0) {
    throw new Error("The file is no conversation of this page: a line such as <!-- puna:user --> stands before each message.");
  }
  const now = Date.now();
  const conversation = { id: newId(), title, system: "", settings: {}, model: "", chosen: {}, created: now, updated: now };
  const messages = [];
  sections.forEach(({ role, name, lines: body }, index) => {
    // The first line says who speaks, for people.
    const content = body.join("\n").trim().replace(/^\*\*.*\*\*\n*/, "").replace(/^<!-- puna\\:/gm, "<!-- puna:");
    if (role === "system") {
      conversation.system = content;
    } else if (ROLES.includes(role)) {
      messages.push({
        id: newId(),
        conversation: conversation.id,
        parent: messages.at(-1)?.id ?? null,
        role,
        content,
        created: now + index,
        state: "done",
        ...(role === "assistant" ? { model: plainName(name) } : {}),
        ...(role === "tool" ? { toolName: plainName(name), toolCallId: "" } : {}),
      });
    }
  });
  return { conversation, messages };
}

/** The same under other identifiers. */
export function renamed(conversation, messages) {
  const ids = new Map([["", ""], ...messages.map((message) => [message.id, newId()])]);
  const fresh = { ...conversation, id: newId(), chosen: {} };
  for (const [parent, child] of Object.entries(conversation.chosen)) {
    if (ids.has(parent) && ids.has(child)) {
      fresh.chosen[ids.get(parent)] = ids.get(child);
    }
  }
  const copies = messages.map((message) => ({
    ...message,
    id: ids.get(message.id),
    conversation: fresh.id,
    parent: message.parent === null ? null : (ids.get(message.parent) ?? null),
  }));
  return { fresh, copies };
}
