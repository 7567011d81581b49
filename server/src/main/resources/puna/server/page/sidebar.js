// The list of conversations.

import { byId, h, iconButton } from "./dom.js";

export class Sidebar {
  constructor(actions) {
    this.actions = actions;
    this.list = byId("conversations");
    this.search = byId("search");
    this.all = [];
    this.current = null;
    this.search.addEventListener("input", () => this.show());
    byId("new-conversation").addEventListener("click", () => actions.fresh());
    this.list.addEventListener("click", (event) => this.clicked(event));
  }

  /** Shows these; `texts` has, by conversation, what is searched beside the titles. */
  update(all, current, running) {
    this.all = all;
    this.current = current;
    this.running = running;
    this.show();
  }

  async show() {
    const wanted = this.search.value.trim().toLowerCase();
    const found = wanted === "" ? this.all : await this.actions.find(this.all, wanted);
    if (wanted !== this.search.value.trim().toLowerCase()) {
      return; // more was typed meanwhile
    }
    this.list.replaceChildren(...found.map((conversation) => this.entry(conversation)));
    byId("none-found").hidden = found.length > 0 || wanted === "";
  }

  entry(conversation) {
    const isCurrent = conversation.id === this.current;
    const title = conversation.title || "New conversation";
    return h(
      "li",
      { "data-conversation": conversation.id },
      h(
        "button",
        { type: "button", class: "open", "aria-current": isCurrent ? "true" : null, "data-action": "open" },
        h("span", { dir: "auto" }, title),
        this.running.has(conversation.id) ? h("span", { class: "busy", title: "An answer is being written" }) : null,
      ),
      iconButton("edit", `Rename “${title}”`, { "data-action": "rename" }),
      iconButton("save", `Export “${title}”`, { "data-action": "export" }),
      iconButton("trash", `Delete “${title}”`, { "data-action": "remove" }),
    );
  }

  clicked(event) {
    const button = event.target.closest("[data-action]");
    const item = event.target.closest("[data-conversation]");
    const conversation = this.all.find((each) => each.id === item?.dataset.conversation);
    if (button === null || conversation === undefined) {
      return;
    }
    switch (button.dataset.action) {
      case "open":
        return this.actions.open(conversation.id);
      case "rename":
        return this.rename(item, conversation);
      case "export":
        return this.chooseFormat(item, conversation);
      default:
        return this.actions.remove(conversation);
    }
  }

  rename(item, conversation) {
    const box = h("input", { type: "text", value: conversation.title, "aria-label": "Title of the conversation", maxlength: "200" });
    let isOver = false;
    const end = (isKept) => {
      if (isOver) {
        return;
      }
      isOver = true;
      if (isKept && box.value.trim() !== "") {
        this.actions.rename(conversation, box.value.trim());
      } else {
        void this.show();
      }
    };
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.isComposing) {
        end(true);
      } else if (event.key === "Escape") {
        end(false);
      }
    });
    box.addEventListener("blur", () => end(true));
    item.replaceChildren(box);
    box.focus();
    box.select();
  }

  chooseFormat(item, conversation) {
    const way = (format, label) =>
      h("button", { type: "button", onclick: () => (void this.show(), this.actions.exportOne(conversation, format)) }, label);
    item.replaceChildren(
      h("div", { class: "row", role: "group", "aria-label": "Export as" }, way("md", "Markdown"), way("json", "JSON"),
        iconButton("close", "Do not export", { onclick: () => void this.show() })),
    );
    item.querySelector("button").focus();
  }
}
