// The messages of the conversation that is shown, and where the reader is in them.

import { byId, h } from "./dom.js";
import { onMathematics } from "./markdown.js";
import { MessageView } from "./message.js";
import { branch, childrenOf, path } from "./tree.js";

const NEAR_END = 48; // pixels

export class Thread {
  constructor(actions) {
    this.actions = { ...actions, grown: () => this.follow() };
    this.list = byId("messages");
    this.scroller = byId("scroller");
    this.toEnd = byId("to-end");
    this.views = new Map();
    this.follows = true;
    this.lastTop = 0;
    this.seen = watcher(this.scroller, (id) => this.render(id));
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.toEnd.addEventListener("click", () => this.goToEnd());
    onMathematics(() => this.views.forEach((view) => view.showMathematics()));
    // The text box grows, or the window shrinks: the end stays in sight.
    new ResizeObserver(() => this.follow()).observe(this.scroller);
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("keydown", (event) => this.keyed(event));
  }

  /** Shows another conversation, from its end. */
  show(conversation, messages) {
    this.seen.disconnect();
    this.views.clear();
    this.list.replaceChildren();
    this.conversation = conversation;
    this.messages = messages;
    this.sync();
    this.goToEnd();
  }

  /** Shows the path that is chosen now; messages that are shown already stay as they are. */
  sync(messages = this.messages) {
    this.messages = messages;
    const shown = path(this.conversation, messages);
    const ids = new Set(shown.map((message) => message.id));
    for (const [id, view] of this.views) {
      if (!ids.has(id)) {
        this.seen.unobserve(view.element);
        view.element.remove();
        this.views.delete(id);
      }
    }
    const siblings = childrenOf(messages);
    shown.forEach((message, index) => this.place(message, index, shown.length, siblings.get(message.parent ?? "")));
    byId("empty").hidden = shown.length > 0;
    this.follow();
  }

  place(message, index, count, siblings) {
    let view = this.views.get(message.id);
    const place = {
      index,
      isLast: index === count - 1,
      branch: siblings.indexOf(message),
      branches: siblings.length,
    };
    const isSame =
      view !== undefined && view.message === message && JSON.stringify(view.place) === JSON.stringify(place);
    if (view === undefined) {
      view = new MessageView(message, this.actions);
      this.views.set(message.id, view);
      this.seen.observe(view.element);
    }
    view.message = message;
    if (this.list.children[index] !== view.element) {
      this.list.insertBefore(view.element, this.list.children[index] ?? null);
    }
    if (!isSame) {
      view.update(place);
    }
  }

  render(id) {
    const view = this.views.get(id);
    if (view !== undefined && !view.isRendered) {
      view.renderContent();
      this.follow();
    }
  }

  /** The view of a message; undefined where it is not shown. */
  view(message) {
    return this.views.get(message.id);
  }

  /** A message has changed in more than its text. */
  refresh(message) {
    const view = this.views.get(message.id);
    view?.update(view.place);
  }

  /** The end of the message that is being written. */
  finished(message) {
    const view = this.views.get(message.id);
    view?.finish(view.place);
    this.follow();
  }

  /** How many messages say something else in the place of that one. */
  branchOf(message) {
    return branch(this.messages, message);
  }

  /** The reader is at the end as long as he does not scroll up. */
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (isAtEnd) {
      this.follows = true;
    } else if (scrollTop < this.lastTop) {
      this.follows = false;
    }
    this.lastTop = scrollTop;
    this.toEnd.hidden = isAtEnd || this.follows;
  }

  follow() {
    if (this.follows) {
      this.scroller.scrollTop = this.scroller.scrollHeight;
    } else {
      this.toEnd.hidden = false;
    }
  }

  goToEnd() {
    this.follows = true;
    this.toEnd.hidden = true;
    this.follow();
  }

  clicked(event) {
    const button = event.target.closest("[data-action]");
    const item = event.target.closest("[data-message]");
    if (button === null || item === null) {
      return;
    }
    const view = this.views.get(item.dataset.message);
    this.actions.act(button.dataset.action, view, button);
  }

  /** Letters do something with the message that has the focus, and nowhere else. */
  keyed(event) {
    const item = event.target.closest("[data-message]");
    const isOnMessage = event.target.matches("article");
    if (item === null || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const action = { c: "copy", e: "edit", r: "again", Delete: "delete", ArrowLeft: "earlier", ArrowRight: "later" }[event.key];
    const view = this.views.get(item.dataset.message);
    const button = action && view.tools.querySelector(`[data-action="${action}"]`);
    if (isOnMessage && button && !button.disabled) {
      event.preventDefault();
      this.actions.act(action, view, button);
    }
  }

  /** Moves the focus from message to message. */
  step(direction) {
    const articles = [...this.list.querySelectorAll("article")];
    const current = articles.indexOf(document.activeElement?.closest("article"));
    const next = current < 0 ? (direction < 0 ? articles.length - 1 : 0) : current + direction;
    articles[Math.max(0, Math.min(articles.length - 1, next))]?.focus();
  }

  /** Puts the focus on the message of that index, or the last one; on the text box where there is none. */
  focusOn(index) {
    const articles = this.list.querySelectorAll("article");
    (articles[Math.min(index, articles.length - 1)] ?? byId("text")).focus();
  }
}

/** Tells which messages come near to what can be seen. */
function watcher(scroller, tell) {
  if ("ContentVisibilityAutoStateChangeEvent" in globalThis) {
    // The browser knows already what is near: asking it costs nothing while nothing changes.
    const near = (event) => !event.skipped && tell(event.currentTarget.dataset.message);
    return {
      observe: (element) => element.addEventListener("contentvisibilityautostatechange", near),
      unobserve: () => {},
      disconnect: () => {},
    };
  }
  const observer = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && tell(entry.target.dataset.message)),
    { root: scroller, rootMargin: "1500px 0px" },
  );
  return observer;
}

/** Shows that nothing is here yet. */
export function greeting(text) {
  byId("empty").replaceChildren(h("h2", {}, "What shall we talk about?"), h("p", {}, text));
}
