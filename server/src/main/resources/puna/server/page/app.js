// What can be done with conversations. One place has all of the state; the others show it.

import { Answering } from "./answering.js";
import { announce, copyText, download, newId, number, toast } from "./dom.js";
import { renamed, toJson, toMarkdown } from "./portable.js";
import { requestOf, withFiles } from "./request.js";
import { PLAIN } from "./settings.js";
import * as store from "./store.js";
import { choose, path, pathTo, without } from "./tree.js";

const STALE = 6000; // milliseconds after which nobody writes a message any more
const TITLE = 60; // characters

export class App {
  constructor() {
    this.running = new Map(); // by conversation
    this.conversation = null;
    this.messages = [];
    this.page = {};
  }

  /** @param all `thread`, `composer`, `served`, and `parts` of the page that are told: `shown()`, `listed()`, `needKey()` */
  connect(all) {
    Object.assign(this, all);
    store.onChangeElsewhere((id) => void this.changedElsewhere(id));
  }

  /** A conversation that is kept as soon as something is said in it. */
  async fresh() {
    const defaults = await store.setting("defaults", { system: "", settings: PLAIN });
    const now = Date.now();
    await this.show(
      {
        id: newId(),
        title: "",
        system: defaults.system,
        settings: { ...PLAIN, ...defaults.settings },
        model: this.served.current,
        chosen: {},
        created: now,
        updated: now,
      },
      [],
    );
  }

  async open(id) {
    const conversation = await store.conversation(id);
    if (conversation === undefined) {
      await this.fresh();
      return;
    }
    await this.show(conversation, await store.messages(id));
  }

  async show(conversation, messages) {
    const run = this.running.get(conversation.id);
    this.composer.change(this.conversation?.id, conversation.id);
    this.conversation = run?.conversation ?? conversation;
    this.messages = messages.map((message) => (message.id === run?.message.id ? run.message : this.settled(message)));
    this.thread.show(this.conversation, this.messages);
    this.served.choose(this.conversation.model);
    this.busy();
    await this.parts.shown();
  }

  /** A message that nobody writes any more, since its page was closed. */
  settled(message) {
    if (message.state !== "writing" || this.running.get(message.conversation)?.message.id === message.id) {
      return message;
    }
    const age = Date.now() - (message.touched ?? 0);
    if (age > STALE) {
      return { ...message, state: "cut" };
    }
    setTimeout(() => void this.changedElsewhere(message.conversation), STALE - age + 500);
    return message;
  }

  async changedElsewhere(id) {
    await this.parts.listed();
    if (this.conversation === null || (id !== null && id !== this.conversation.id) || this.running.has(this.conversation.id)) {
      return;
    }
    const found = await store.conversation(this.conversation.id);
    if (found === undefined) {
      if (this.messages.length > 0) {
        await this.fresh();
      }
      return;
    }
    const known = new Map(this.messages.map((message) => [message.id, message]));
    const same = (a, b) => ["touched", "parent", "state"].every((name) => a?.[name] === b[name]) && a.content === b.content;
    const fresh = (await store.messages(found.id)).map((message) => this.settled(message));
    this.conversation = this.thread.conversation = found;
    this.messages = fresh.map((message) => (same(known.get(message.id), message) ? known.get(message.id) : message));
    this.thread.sync(this.messages);
    this.busy();
    await this.parts.shown();
  }

  busy() {
    const last = path(this.conversation, this.messages).at(-1);
    this.composer.busy(this.running.has(this.conversation.id) || last?.state === "writing");
  }

  message(parent, role, content, more = {}) {
    const message = { id: newId(), conversation: this.conversation.id, parent, role, content, created: Date.now(), state: "done", ...more };
    this.messages.push(message);
    choose(this.conversation, message);
    return message;
  }

  /** Writes the conversation and some messages; says so where that fails, and loses nothing that is shown. */
  async keep(messages) {
    this.conversation.updated = Date.now();
    try {
      await store.save(this.conversation, messages);
    } catch (error) {
      this.notKept(error, store.isFull(error));
    }
  }

  notKept(error, isFull) {
    const what = isFull ? "The browser has no room left: this is not kept." : `This is not kept: ${error.message}`;
    toast(what, "Export", () => void this.exportOne(this.conversation, "json"));
  }

  async send(text, files) {
    this.composer.busy(true); // at once: nothing else may be sent while this is kept
    const parent = path(this.conversation, this.messages).at(-1)?.id ?? null;
    const message = this.message(parent, "user", text, files.length > 0 ? { files } : {});
    this.conversation.title ||= titleOf(text || files[0].name);
    await this.keep([message]);
    await this.answer(message);
  }

  /** Has the model answer that message. */
  async answer(parent) {
    const model = this.served.current;
    const before = pathTo(this.messages, parent);
    const message = this.message(parent.id, "assistant", "", { model, state: "writing", touched: Date.now() });
    await this.write(message, before, model);
  }

  /** Has the model go on with an answer. */
  async goOn(message) {
    const before = pathTo(this.messages, message);
    Object.assign(message, { state: "writing", error: null, finish: null, dropped: 0, firstMillis: 0, touched: Date.now() });
    await this.write(message, before, this.served.current);
  }

  async write(message, before, model) {
    const { conversation } = this;
    conversation.model = model;
    let request;
    try {
      request = requestOf(conversation, model, before);
    } catch (error) {
      Object.assign(message, { state: "error", error: { message: error.message, status: -1 } });
      await this.keep([message]);
      this.thread.sync(this.messages);
      this.busy();
      return;
    }
    const loading = this.served.isLoaded(model) ? null : this.served.watch(model, (text) => this.waits(message, text));
    const run = new Answering(conversation, message, {
      reading: (progress) => (loading?.stop(), this.reads(message, progress)),
      grown: () => (loading?.stop(), this.grown(message)),
      ended: (error) => (loading?.stop(), void this.ended(run, error)),
      notKept: (error, isFull) => this.notKept(error, isFull),
    });
    this.running.set(conversation.id, run);
    this.busy();
    this.thread.sync(this.messages);
    this.thread.goToEnd();
    this.said = 0;
    this.saidAt = performance.now();
    announce("Writing…");
    await this.parts.shown();
    await this.keep([message]);
    await this.parts.listed();
    await run.run(request);
  }

  waits(message, text) {
    message.waiting = text || undefined;
    if (message.content === "") {
      this.thread.refresh(message);
    }
  }

  reads(message, { total, processed }) {
    const isRead = processed === total;
    this.waits(message, isRead ? "" : `Reading the prompt: ${number(processed)} of ${number(total)} tokens…`);
  }

  grown(message) {
    const view = this.thread.view(message);
    if (view === undefined) {
      return;
    }
    view.grow();
    this.tellSentences(message);
  }

  /** Whole sentences, now and then: each piece would be read by itself otherwise. */
  tellSentences(message) {
    const now = performance.now();
    if (this.page.announce === "end" || now - this.saidAt < 2500) {
      return;
    }
    const fresh = message.content.slice(this.said);
    const end = Math.max(fresh.lastIndexOf(". "), fresh.lastIndexOf(".\n"), fresh.lastIndexOf("? "), fresh.lastIndexOf("! "));
    if (end >= 0) {
      announce(fresh.slice(0, end + 1));
      this.said += end + 1;
      this.saidAt = now;
    }
  }

  async ended(run, error) {
    const { message, conversation } = run;
    this.running.delete(conversation.id);
    delete message.waiting;
    if (this.conversation.id === conversation.id) {
      this.thread.finished(message);
      this.busy();
      const rest = this.page.announce === "end" ? "" : message.content.slice(this.said) + " ";
      announce(error === null ? rest + "Answer finished." : error.message);
    }
    if (error?.status === 401) {
      this.parts.needKey();
    } else if (error?.status === 0) {
      void this.served.gone();
    } else {
      await this.served.refresh();
    }
    await this.parts.listed();
    await this.parts.shown();
  }

  stop() {
    this.running.get(this.conversation.id)?.stop();
  }

  async again(message) {
    const parent = this.messages.find((other) => other.id === message.parent);
    if (parent === undefined || this.running.has(this.conversation.id)) {
      return;
    }
    this.composer.busy(true);
    if (message.state === "error" && message.content === "") {
      await this.take(message, []); // it said nothing: no version of the answer
    }
    await this.answer(parent);
  }

  async take(message, heirs) {
    const gone = new Map(heirs.map((heir) => [heir.id, heir]));
    this.messages = this.messages.filter((other) => other !== message).map((other) => gone.get(other.id) ?? other);
    if (this.conversation.chosen[message.parent ?? ""] === message.id) {
      delete this.conversation.chosen[message.parent ?? ""];
    }
    await store.replace(this.conversation, [message.id], heirs).catch((error) => this.notKept(error, store.isFull(error)));
  }

  async edited(message, text, isSent) {
    if (message.role === "user" && !isSent) {
      message.content = text;
      message.touched = Date.now();
      await this.keep([message]);
      this.thread.refresh(message);
      return;
    }
    this.composer.busy(isSent);
    const more = message.role === "user" ? { files: message.files } : { model: message.model, reasoning: message.reasoning };
    const version = this.message(message.parent, message.role, text, more);
    await this.keep([version]);
    this.thread.sync(this.messages);
    if (isSent && message.role === "user") {
      await this.answer(version);
    } else if (isSent) {
      await this.goOn(version);
    }
  }

  async answerCalls(message, results) {
    this.composer.busy(true);
    let parent = message;
    const all = results.map(({ call, text }) => {
      parent = this.message(parent.id, "tool", text, { toolCallId: call.id, toolName: call.name });
      return parent;
    });
    await this.keep(all);
    await this.answer(parent);
  }

  async walk(message, step) {
    const { index, all } = this.thread.branchOf(message);
    const other = all[index + step];
    if (other !== undefined && !this.running.has(this.conversation.id)) {
      choose(this.conversation, other);
      await this.keep([]);
      this.thread.sync(this.messages);
      this.busy();
      this.thread.view(other)?.article.focus();
    }
  }

  async delete(message) {
    const shown = path(this.conversation, this.messages).indexOf(message);
    const before = { chosen: { ...this.conversation.chosen }, messages: this.messages };
    await this.take(message, without(this.conversation, this.messages, message));
    this.thread.sync(this.messages);
    this.thread.focusOn(shown);
    const { conversation } = this;
    toast("The message is deleted.", "Undo", async () => {
      conversation.chosen = before.chosen;
      await store.replace(conversation, [], before.messages);
      await this.open(conversation.id);
    });
  }

  async fork(message) {
    const part = pathTo(this.messages, message);
    const { fresh, copies } = renamed({ ...this.conversation, title: `${this.conversation.title} (copy)`, updated: Date.now() }, part);
    await store.save(fresh, copies);
    await this.parts.listed();
    await this.open(fresh.id);
    toast("This is a new conversation, up to the message that you chose.");
  }

  async removeConversation(conversation) {
    this.running.get(conversation.id)?.stop();
    const messages = await store.messages(conversation.id);
    await store.remove(conversation.id);
    if (this.conversation.id === conversation.id) {
      await this.fresh();
    }
    await this.parts.listed();
    toast(`“${conversation.title}” is deleted.`, "Undo", async () => {
      await store.save(conversation, messages);
      await this.parts.listed();
    });
  }

  async rename(conversation, title) {
    const target = conversation.id === this.conversation.id ? this.conversation : conversation;
    target.title = title;
    await store.save(target);
    await this.parts.listed();
    await this.parts.shown();
  }

  async exportOne(conversation, format) {
    const name = (conversation.title || "conversation").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 50);
    if (format === "md") {
      download(`${name}.md`, "text/markdown", toMarkdown(conversation, await store.messages(conversation.id)));
    } else {
      download(`${name}.json`, "application/json", await toJson([conversation]));
    }
  }

  copy(message) {
    return copyText(withFiles(message));
  }
}

function titleOf(text) {
  const line = text.trim().split("\n")[0];
  return line.length > TITLE ? line.slice(0, TITLE - 1) + "…" : line;
}
