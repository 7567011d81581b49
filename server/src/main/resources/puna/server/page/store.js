// Conversations in the browser's own database. Nothing of them lies on the server.

const NAME = "puna";
const VERSION = 1;
let opened = null;

function upgrade(database) {
  database.createObjectStore("conversations", { keyPath: "id" });
  const messages = database.createObjectStore("messages", { keyPath: "id" });
  messages.createIndex("conversation", "conversation");
  database.createObjectStore("settings", { keyPath: "key" });
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => {
      // Another tab has a newer page: its upgrade must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      request.result.onclose = () => (opened = null);
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      reject(request.error);
    };
  });
  return opened;
}

async function run(stores, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode);
    let result;
    transaction.oncomplete = () => resolve(result instanceof IDBRequest ? result.result : result);
    transaction.onabort = () => reject(transaction.error);
    result = work(transaction);
  });
}

const listeners = new Set();
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("puna") : null;
channel?.addEventListener("message", (event) => listeners.forEach((listener) => listener(event.data)));

/** Hears of what other tabs have changed: the id of a conversation, or null for all of them. */
export function onChangeElsewhere(listener) {
  listeners.add(listener);
}

const changed = (conversation) => channel?.postMessage(conversation);

/** Whether a failed write is one for lack of room. */
export const isFull = (error) => error?.name === "QuotaExceededError";

/** All conversations, those first that were used last. */
export async function conversations() {
  const all = await run(["conversations"], "readonly", (t) => t.objectStore("conversations").getAll());
  return all.sort((a, b) => b.updated - a.updated);
}

/** One conversation; undefined where there is none. */
export function conversation(id) {
  return run(["conversations"], "readonly", (t) => t.objectStore("conversations").get(id));
}

/** The messages of a conversation, of all branches, the oldest first. */
export async function messages(id) {
  const all = await run(["messages"], "readonly", (t) =>
    t.objectStore("messages").index("conversation").getAll(id),
  );
  return all.sort((a, b) => a.created - b.created);
}

/** Writes a conversation and some of its messages, all or nothing. */
export async function save(conversation, messages = []) {
  await run(["conversations", "messages"], "readwrite", (t) => {
    t.objectStore("conversations").put(conversation);
    messages.forEach((message) => t.objectStore("messages").put(message));
  });
  changed(conversation.id);
}

/** Removes messages of a conversation and writes others, all or nothing. */
export async function replace(conversation, gone, messages) {
  await run(["conversations", "messages"], "readwrite", (t) => {
    t.objectStore("conversations").put(conversation);
    gone.forEach((id) => t.objectStore("messages").delete(id));
    messages.forEach((message) => t.objectStore("messages").put(message));
  });
  changed(conversation.id);
}

/** Removes a conversation with all its messages. */
export async function remove(id) {
  const all = await messages(id);
  await run(["conversations", "messages"], "readwrite", (t) => {
    t.objectStore("conversations").delete(id);
    all.forEach((message) => t.objectStore("messages").delete(message.id));
  });
  changed(id);
}

/** Removes everything but the settings. */
export async function removeAll() {
  await run(["conversations", "messages"], "readwrite", (t) => {
    t.objectStore("conversations").clear();
    t.objectStore("messages").clear();
  });
  changed(null);
}

/** A setting; `otherwise` where it was never set. */
export async function setting(key, otherwise) {
  const found = await run(["settings"], "readonly", (t) => t.objectStore("settings").get(key));
  return found === undefined ? otherwise : found.value;
}

/** Keeps a setting. */
export function keepSetting(key, value) {
  return run(["settings"], "readwrite", (t) => t.objectStore("settings").put({ key, value }));
}

/** Asks the browser not to throw conversations away when its disk is short. */
export async function persist() {
  return (await navigator.storage?.persist?.()) ?? false;
}

/** Bytes that are used and may be used; null where the browser does not say. */
export async function room() {
  const found = await navigator.storage?.estimate?.();
  return found === undefined ? null : { used: found.usage ?? 0, most: found.quota ?? 0 };
}
