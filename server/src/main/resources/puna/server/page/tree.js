// The messages of a conversation are a tree: an edited message or another answer is one more child
// of the same parent. What is shown is one path from the root to a leaf.
// `conversation.chosen` has, by parent, the child that was chosen last; "" is the root.

/** The children of each message, the oldest first. */
export function childrenOf(messages) {
  const children = new Map();
  for (const message of messages) {
    const parent = message.parent ?? "";
    if (!children.has(parent)) {
      children.set(parent, []);
    }
    children.get(parent).push(message);
  }
  return children;
}

/** The path that is shown. */
export function path(conversation, messages) {
  const children = childrenOf(messages);
  const found = [];
  let at = "";
  while (children.has(at)) {
    const all = children.get(at);
    const message = all.find((child) => child.id === conversation.chosen[at]) ?? all.at(-1);
    children.delete(at); // a file may come with a ring in it
    found.push(message);
    at = message.id;
  }
  return found;
}

/** A message among those that say something else in its place: its index and how many there are. */
export function branch(messages, message) {
  const all = messages.filter((other) => (other.parent ?? "") === (message.parent ?? ""));
  return { index: all.findIndex((other) => other.id === message.id), all };
}

/** Shows that message instead of its siblings. */
export function choose(conversation, message) {
  conversation.chosen[message.parent ?? ""] = message.id;
}

/** The path from the root to a message. */
export function pathTo(messages, message) {
  const byId = new Map(messages.map((each) => [each.id, each]));
  const found = [];
  for (let at = message; at !== undefined && !found.includes(at); at = byId.get(at.parent)) {
    found.unshift(at);
  }
  return found;
}

/**
 * What is to be done to take a message out: its children become its parent's.
 *
 * @returns the messages that change, as they will be
 */
export function without(conversation, messages, message) {
  const heirs = messages
    .filter((other) => other.parent === message.id)
    .map((child) => ({ ...child, parent: message.parent }));
  const next = heirs.find((child) => child.id === conversation.chosen[message.id]) ?? heirs.at(-1);
  delete conversation.chosen[message.id];
  if (conversation.chosen[message.parent ?? ""] === message.id) {
    delete conversation.chosen[message.parent ?? ""];
  }
  if (next !== undefined) {
    choose(conversation, next);
  }
  return heirs;
}
