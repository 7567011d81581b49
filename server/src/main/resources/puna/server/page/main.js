// Puts the page together.

import { countTokens, key } from "./api.js";
import { App } from "./app.js";
import { Composer } from "./composer.js";
import { byId, copyText, download, h, icon, iconButton, number, toast } from "./dom.js";
import { importText, toJson } from "./portable.js";
import { Served } from "./served.js";
import { applyTheme, PAGE, SettingsDialog } from "./settings.js";
import { Sidebar } from "./sidebar.js";
import * as store from "./store.js";
import { greeting, Thread } from "./thread.js";
import { path } from "./tree.js";

const KEYS = [
  ["Enter", "Send"],
  ["Shift+Enter", "New line"],
  ["Esc", "Stop the answer"],
  ["↑ in the empty box", "Edit your last message"],
  ["Alt+↑, Alt+↓", "Previous, next message"],
  ["c, e, r, Delete", "Copy, edit, answer again, delete the message that has the focus"],
  ["←, →", "Earlier, later version of it"],
  ["Ctrl+K", "Search conversations"],
  ["Ctrl+Shift+O", "New conversation"],
  ["Ctrl+,", "Settings"],
];

const app = new App();
for (const [id, name] of Object.entries({ "open-sidebar": "menu", help: "help", "open-settings": "settings", attach: "attach", send: "send", stop: "stop", "to-end": "down" })) {
  byId(id).append(icon(name));
}

const actions = {
  act(action, view, button) {
    const { message } = view;
    const all = {
      copy: () => app.copy(message),
      edit: () => view.edit(),
      again: () => app.again(message),
      continue: () => app.goOn(message),
      earlier: () => app.walk(message, -1),
      later: () => app.walk(message, 1),
      tokens: () => view.toggleTokens(),
      fork: () => app.fork(message),
      delete: () => app.delete(message),
      key: () => askForKey(() => app.again(message)),
      shorten: () => ((app.conversation.settings.truncation = "auto"), app.again(message)),
      wrap: () => button.closest(".code").classList.toggle("wrapped"),
      "copy-code": () => copyText(button.closest(".code").querySelector("code").textContent),
    };
    void all[action]?.();
  },
  edited: (message, text, isSent) => void app.edited(message, text, isSent),
  answerCalls: (message, results) => void app.answerCalls(message, results),
};

const thread = new Thread(actions);
const served = new Served({ needKey: () => askForKey(() => served.refresh()), back: () => toast("The server is back."), changed: showContext });
const composer = new Composer({
  send: (text, files) => void app.send(text, files),
  stop: () => app.stop(),
  editLast: () => {
    const own = path(app.conversation, app.messages).filter((message) => message.role === "user");
    thread.view(own.at(-1))?.edit();
  },
  countTokens: (text) => countTokens(served.current, text).catch(() => 0),
});
const sidebar = new Sidebar({
  fresh: () => leaveList(app.fresh()),
  open: (id) => leaveList(app.open(id)),
  rename: (conversation, title) => void app.rename(conversation, title),
  remove: (conversation) => void app.removeConversation(conversation),
  exportOne: (conversation, format) => void app.exportOne(conversation, format),
  find,
});
const settings = new SettingsDialog({
  changed: async (system, values, page) => {
    app.conversation.system = system;
    app.conversation.settings = values;
    app.page = page;
    if (app.messages.length > 0) {
      await app.keep([]);
    }
    await shown();
    if (served.list.length === 0) {
      await served.refresh();
    }
  },
  exportAll: async () => download("puna-conversations.json", "application/json", await toJson(await store.conversations())),
  importFile,
  removeAll: async () => (await store.removeAll(), await app.fresh(), await listed()),
});
app.connect({ thread, composer, served, parts: { shown, listed, needKey: () => askForKey(() => {}) } });

async function leaveList(opened) {
  await opened;
  showSidebar(false);
  await listed();
  byId("text").focus();
}

async function listed() {
  sidebar.update(await store.conversations(), app.conversation?.id, app.running);
}

/** What stands around the messages. */
async function shown() {
  const { conversation } = app;
  const title = conversation.title || "New conversation";
  byId("title").textContent = title;
  document.title = `${title} – Puna`;
  const system = byId("system");
  system.hidden = conversation.system.trim() === "";
  system.querySelector("p").textContent = conversation.system;
  if (app.messages.length > 0 && location.hash.slice(1) !== conversation.id) {
    history.replaceState(null, "", "#" + conversation.id);
  } else if (app.messages.length === 0 && location.hash !== "") {
    history.replaceState(null, "", location.pathname);
  }
  showContext();
}

function showContext() {
  const most = served.context;
  const last = app.conversation ? path(app.conversation, app.messages).findLast((message) => message.usage) : undefined;
  const used = last === undefined ? 0 : last.usage.prompt_tokens + last.usage.completion_tokens;
  const box = byId("context");
  if (most === 0) {
    box.replaceChildren();
    return;
  }
  const text = `Context: ${number(used)} of ${number(most)} tokens`;
  box.replaceChildren(h("meter", { min: 0, max: most, value: used, high: most * 0.9, "aria-label": text }), text);
  greeting(`${served.current} answers on this machine, or on the one that this page came from. Nothing goes anywhere else.`);
}

async function find(all, wanted) {
  const found = [];
  for (const conversation of all) {
    const isInTitle = conversation.title.toLowerCase().includes(wanted);
    if (isInTitle || (await store.messages(conversation.id)).some((message) => message.content.toLowerCase().includes(wanted))) {
      found.push(conversation);
    }
  }
  return found;
}

function importFile() {
  const input = h("input", { type: "file", accept: ".json,.md,application/json,text/markdown" });
  input.addEventListener("change", async () => {
    try {
      const known = new Set((await store.conversations()).map((conversation) => conversation.id));
      const count = await importText(await input.files[0].text(), known);
      toast(`${number(count)} ${count === 1 ? "conversation was" : "conversations were"} imported.`);
    } catch (error) {
      toast(store.isFull(error) ? "The browser has no room left: not all was imported." : error.message);
    }
    await listed();
  });
  input.click();
}

function askForKey(then) {
  const dialog = byId("dialog");
  if (dialog.open) {
    return;
  }
  const box = h("input", { type: "password", autocomplete: "off", "aria-label": "Key", value: key.get() });
  const enter = (event) => {
    event.preventDefault();
    key.set(box.value.trim());
    dialog.close();
    void then();
  };
  dialog.replaceChildren(
    h("form", { method: "dialog", onsubmit: enter },
      h("header", {}, h("h2", {}, "This server wants a key"), iconButton("close", "Close", { onclick: () => dialog.close() })),
      h("p", {}, "It is kept until this tab is closed, and sent to this server alone."),
      box,
      h("footer", {}, h("button", { type: "submit", class: "primary" }, "Use it"))),
  );
  dialog.showModal();
}

function showKeys() {
  const dialog = byId("dialog");
  dialog.replaceChildren(
    h("header", {}, h("h2", {}, "Keys"), iconButton("close", "Close", { onclick: () => dialog.close() })),
    h("dl", { class: "keys" }, ...KEYS.flatMap(([name, text]) => [h("dt", {}, h("kbd", {}, name)), h("dd", {}, text)])),
  );
  dialog.showModal();
}

function showSidebar(isShown) {
  document.body.classList.toggle("with-sidebar", isShown);
  byId("open-sidebar").setAttribute("aria-expanded", String(isShown));
}

byId("open-sidebar").addEventListener("click", () => {
  const isShown = !document.body.classList.contains("with-sidebar");
  showSidebar(isShown);
  if (isShown) {
    byId("search").focus();
  }
});
byId("close-sidebar").addEventListener("click", () => (showSidebar(false), byId("open-sidebar").focus()));
byId("open-settings").addEventListener("click", () => void settings.open(app.conversation));
byId("help").addEventListener("click", showKeys);
addEventListener("hashchange", () => void app.open(location.hash.slice(1)).then(listed));
document.addEventListener("keydown", (event) => {
  const isCommand = event.ctrlKey || event.metaKey;
  if (document.querySelector("dialog[open]") !== null) {
    return;
  }
  if (event.key === "Escape") {
    app.stop();
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    thread.step(event.key === "ArrowUp" ? -1 : 1);
  } else if (isCommand && event.key.toLowerCase() === "k") {
    event.preventDefault();
    showSidebar(true);
    byId("search").focus();
  } else if (isCommand && event.shiftKey && event.key.toLowerCase() === "o") {
    event.preventDefault();
    void leaveList(app.fresh());
  } else if (isCommand && event.key === ",") {
    event.preventDefault();
    void settings.open(app.conversation);
  }
});

async function begin() {
  app.page = { ...PAGE, ...(await store.setting("page", {})) };
  applyTheme(app.page.theme);
  const wanted = location.hash.slice(1);
  const asked = new URLSearchParams(location.search).get("q");
  await (wanted === "" ? app.fresh() : app.open(wanted));
  if (asked !== null) {
    composer.put(asked); // it is never sent by itself: a link must not make the model act
    history.replaceState(null, "", location.pathname);
  }
  byId("text").focus();
  await Promise.all([listed(), served.refresh()]);
  served.choose(app.conversation.model);
  await shown();
}

begin().catch((error) => {
  byId("banner").replaceChildren(h("p", { class: "error" }, `The page cannot start: ${error.message}`));
});
