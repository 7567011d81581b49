// How one message looks.

import { duration, h, icon, iconButton, number, plainName } from "./dom.js";
import { render } from "./markdown.js";
import { fenced } from "./request.js";
import { GrowingText } from "./stream.js";
import { tokenView } from "./tokens.js";

const NAMES = { user: "You", assistant: "Assistant", tool: "Tool" };

/** The text of JSON, indented; null where it is none. */
function pretty(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : null;
  } catch {
    return null;
  }
}

/** One message of the thread. What it cannot do itself it asks `actions` for. */
export class MessageView {
  constructor(message, actions) {
    this.message = message;
    this.actions = actions;
    this.growing = null;
    this.isRendered = false;
    this.showsTokens = false;
    this.reasoning = h("details", { class: "reasoning", hidden: true });
    this.content = h("div", { class: "content", dir: "auto" });
    this.extras = h("div", { class: "extras" });
    this.notes = h("div", { class: "notes" });
    this.tools = h("div", { class: "tools", role: "group", "aria-label": "Actions" });
    this.article = h(
      "article",
      { tabindex: "-1", class: message.role },
      h("h2", {}, this.who()),
      this.reasoning,
      this.content,
      this.extras,
      this.notes,
      this.tools,
    );
    this.element = h("li", { "data-message": message.id }, this.article);
  }

  who() {
    const { role, model } = this.message;
    return role === "assistant" && model ? model : role === "tool" ? `Result of ${this.message.toolName}` : NAMES[role];
  }

  /** Shows everything but the text, which waits until somebody can see it. */
  update(place) {
    const { message } = this;
    this.place = place;
    this.article.setAttribute("aria-label", `${this.who()}, message ${place.index + 1}`);
    this.article.setAttribute("aria-busy", String(message.state === "writing"));
    this.article.classList.toggle("last", place.isLast);
    this.extras.replaceChildren(...this.files(), ...this.calls());
    this.notes.replaceChildren(...this.noteLines());
    this.tools.replaceChildren(...this.buttons());
    this.updateReasoning();
    if (this.isRendered) {
      this.renderContent();
    } else {
      this.content.textContent = message.content;
      this.content.classList.add("plain");
    }
  }

  /** Renders the text; called when it comes near to what is on the screen. */
  renderContent() {
    const { message } = this;
    this.isRendered = true;
    this.content.classList.toggle("plain", message.role !== "assistant");
    if (message.state === "writing") {
      this.grow();
      return;
    }
    this.growing = null;
    if (message.role !== "assistant") {
      this.content.textContent = message.role === "tool" ? (pretty(message.content) ?? message.content) : message.content;
    } else if (this.showsTokens && message.tokens) {
      this.content.replaceChildren(tokenView(message.tokens));
    } else {
      const json = pretty(message.content);
      this.content.replaceChildren(render(json === null ? message.content : fenced(json, "json")));
    }
  }

  /** Formulas can be shown that could not be before. */
  showMathematics() {
    if (this.isRendered && this.content.querySelector(".math-pending")) {
      this.renderContent();
    }
  }

  /** The text has grown. */
  grow() {
    const { message } = this;
    this.isRendered = true;
    this.content.classList.remove("plain");
    this.growing ??= new GrowingText(this.content);
    if (this.notes.querySelector(".waiting") && (message.content !== "" || message.reasoning)) {
      this.notes.replaceChildren(...this.noteLines());
    }
    this.growing.update(message.content, () => this.actions.grown());
    this.updateReasoning();
    if (message.toolCalls?.length) {
      this.extras.replaceChildren(...this.calls());
    }
  }

  /** The text has ended: what is there stays where it is. */
  finish(place) {
    const growing = this.growing;
    this.growing = null;
    if (growing !== null && pretty(this.message.content) === null) {
      growing.finish(this.message.content);
      this.isRendered = false;
      const kept = [...this.content.childNodes];
      this.update(place);
      this.content.replaceChildren(...kept);
      this.content.classList.remove("plain");
      this.isRendered = true;
    } else {
      this.update(place);
    }
  }

  updateReasoning() {
    const { message } = this;
    const text = message.reasoning ?? "";
    if (text === "") {
      this.reasoning.hidden = true;
      return;
    }
    if (this.reasoning.hidden) {
      this.reasoning.hidden = false;
      this.reasoning.replaceChildren(h("summary"), h("div", { class: "reasoning-text", dir: "auto" }));
    }
    const [summary, body] = this.reasoning.children;
    const isOver = message.state !== "writing" || message.content !== "" || (message.toolCalls?.length ?? 0) > 0;
    summary.textContent = isOver
      ? `Thought for ${duration(message.reasoningMillis ?? 0)}`
      : "Thinking…";
    const shown = body.firstChild;
    if (shown !== null && text.startsWith(shown.data)) {
      shown.appendData(text.slice(shown.length));
    } else {
      body.textContent = text;
    }
  }

  files() {
    return (this.message.files ?? []).map((file) =>
      h(
        "details",
        { class: "file" },
        h("summary", {}, icon("attach"), h("bdi", {}, plainName(file.name)), ` ${number(file.text.length)} characters`),
        h("pre", { tabindex: "0" }, file.text.slice(0, 100_000)),
      ),
    );
  }

  calls() {
    const { message } = this;
    const all = (message.toolCalls ?? []).map((call) =>
      h(
        "details",
        { class: "call", open: true },
        h("summary", {}, "Calls ", h("code", {}, plainName(call.name))),
        h("pre", { tabindex: "0" }, pretty(call.arguments) ?? call.arguments),
      ),
    );
    if (all.length > 0 && message.state !== "writing" && this.place?.isLast) {
      all.push(this.resultsForm());
    }
    return all;
  }

  /** The page runs no tools: whoever asked says what they gave. */
  resultsForm() {
    const boxes = this.message.toolCalls.map((call) => {
      const box = h("textarea", { rows: "2", "aria-label": `Result of ${plainName(call.name)}` });
      return { call, box };
    });
    const send = (event) => {
      event.preventDefault();
      this.actions.answerCalls(this.message, boxes.map(({ call, box }) => ({ call, text: box.value })));
    };
    return h(
      "form",
      { class: "results", onsubmit: send },
      ...boxes.map(({ call, box }) => h("label", {}, `Result of ${plainName(call.name)}`, box)),
      h("button", { type: "submit", class: "primary" }, "Send results"),
    );
  }

  noteLines() {
    const { message } = this;
    const lines = [];
    if (message.dropped > 0) {
      lines.push(note(`${number(message.dropped)} earlier ${message.dropped === 1 ? "message was" : "messages were"} left out, since the context was full.`));
    }
    if (message.state === "stopped") {
      lines.push(note("Stopped.", this.continueButton()));
    } else if (message.state === "cut") {
      lines.push(note("Cut off: the page was closed while this was written.", this.continueButton()));
    } else if (message.finish === "length") {
      lines.push(note("Cut: the limit of tokens, or the end of the context, was reached.", this.continueButton()));
    }
    if (message.error) {
      lines.push(this.errorNote(message.error));
    }
    if (message.state === "writing" && message.content === "" && !message.reasoning) {
      lines.push(h("p", { class: "waiting" }, message.waiting ?? "Reading the prompt…"));
    }
    const figures = this.figures();
    if (figures !== "") {
      lines.push(h("p", { class: "figures" }, figures));
    }
    return lines;
  }

  continueButton() {
    return this.place?.isLast
      ? h("button", { type: "button", "data-action": "continue" }, "Continue")
      : null;
  }

  errorNote(error) {
    const ways = [h("button", { type: "button", "data-action": "again" }, "Try again")];
    if (error.isTooLong) {
      ways.push(h("button", { type: "button", "data-action": "shorten" }, "Leave out old messages"));
    }
    if (error.status === 401) {
      ways.push(h("button", { type: "button", "data-action": "key" }, "Enter a key"));
    }
    const when = error.retryAfter > 0 ? ` Try again in ${error.retryAfter} s.` : "";
    const text = when === "" || /[.!?]$/.test(error.message) ? error.message : error.message + ".";
    return h("div", { class: "error", role: "alert" }, h("p", {}, text + when), ...ways);
  }

  figures() {
    const { message } = this;
    const { usage, timings } = message;
    if (message.role !== "assistant" || !usage) {
      return "";
    }
    const parts = [`${number(usage.completion_tokens)} tokens`];
    if (timings?.predicted_per_second > 0) {
      parts.push(`${timings.predicted_per_second.toFixed(1)} tokens/s`);
    }
    if (message.firstMillis) {
      parts.push(`first after ${duration(message.firstMillis)}`);
    }
    const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
    parts.push(`prompt ${number(usage.prompt_tokens)} tokens${cached > 0 ? `, ${number(cached)} known already` : ""}`);
    return parts.join(" · ");
  }

  buttons() {
    const { message, place } = this;
    const button = (name, label, action) => iconButton(name, label, { "data-action": action });
    if (message.state === "writing") {
      return [];
    }
    const all = [];
    if (place.branches > 1) {
      all.push(
        button("previous", "Earlier version", "earlier"),
        h("span", { class: "branches", "aria-label": `Version ${place.branch + 1} of ${place.branches}` }, `${place.branch + 1}/${place.branches}`),
        button("next", "Later version", "later"),
      );
      all[0].disabled = place.branch === 0;
      all[2].disabled = place.branch === place.branches - 1;
    }
    all.push(button("copy", "Copy message", "copy"));
    if (message.role !== "tool") {
      all.push(button("edit", "Edit message", "edit"));
    }
    if (message.role === "assistant") {
      all.push(button("again", "Answer again", "again"));
      if (place.isLast && message.content !== "" && !message.toolCalls?.length) {
        all.push(button("on", "Continue this answer", "continue"));
      }
      if (message.tokens?.length) {
        all.push(button("tokens", "Show tokens and their probabilities", "tokens"));
      }
    }
    all.push(button("fork", "New conversation from here", "fork"), button("trash", "Delete message", "delete"));
    return all;
  }

  toggleTokens() {
    this.showsTokens = !this.showsTokens;
    this.renderContent();
  }

  /** Puts a text box in place of the text. */
  edit() {
    const { message } = this;
    const box = h("textarea", { value: message.content, "aria-label": "Text of the message", dir: "auto", rows: "3" });
    const close = () => {
      this.renderContent();
      this.tools.hidden = false;
      this.article.focus();
    };
    const save = (isSent) => {
      const text = box.value;
      close();
      this.actions.edited(message, text, isSent);
    };
    const isUser = message.role === "user";
    const main = isUser ? "Send" : "Save";
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") {
        close();
      } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        save(isUser);
      }
    });
    this.tools.hidden = true;
    this.content.classList.remove("plain");
    this.content.replaceChildren(
      box,
      h(
        "div",
        { class: "edit-buttons" },
        h("button", { type: "button", class: "primary", onclick: () => save(isUser) }, main),
        isUser ? h("button", { type: "button", onclick: () => save(false) }, "Save only") : null,
        isUser ? null : h("button", { type: "button", onclick: () => save(true) }, "Save and continue"),
        h("button", { type: "button", onclick: close }, "Cancel"),
      ),
    );
    box.style.height = Math.min(box.scrollHeight + 4, innerHeight / 2) + "px";
    box.focus();
  }
}

function note(text, way = null) {
  return h("p", { class: "note" }, text, way);
}
