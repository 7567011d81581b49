// The box in which messages are written, and the files that go with them.

import { byId, h, iconButton, number, plainName, toast } from "./dom.js";

const MOST_BYTES = 4 << 20; // of a file: more text than any context has

export class Composer {
  constructor(actions) {
    this.actions = actions;
    this.form = byId("composer");
    this.text = byId("text");
    this.files = [];
    this.drafts = new Map();
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.text.addEventListener("keydown", (event) => this.keyed(event));
    this.text.addEventListener("input", () => this.fit());
    this.text.addEventListener("paste", (event) => this.pasted(event));
    byId("stop").addEventListener("click", () => actions.stop());
    byId("attach").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", (event) => {
      void this.attach([...event.target.files]);
      event.target.value = "";
    });
    const drop = byId("main");
    drop.addEventListener("dragover", (event) => event.preventDefault());
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      void this.attach([...event.dataTransfer.files]);
    });
  }

  /** Enter sends, unless a word is being composed (Chinese, Japanese, Korean …). */
  keyed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && !event.altKey && this.text.value === "" && !event.isComposing) {
      event.preventDefault();
      this.actions.editLast();
    }
  }

  submit() {
    const text = this.text.value;
    if ((text.trim() === "" && this.files.length === 0) || this.isBusy) {
      return;
    }
    const files = this.files;
    this.clear();
    this.actions.send(text, files);
  }

  /** What was typed in one conversation does not go to another. */
  change(from, to) {
    this.drafts.set(from, { text: this.text.value, files: this.files });
    const draft = this.drafts.get(to) ?? { text: "", files: [] };
    this.drafts.delete(to);
    this.put(draft.text, draft.files);
  }

  put(text, files = []) {
    this.text.value = text;
    this.files = files;
    this.showFiles();
    this.fit();
  }

  clear() {
    this.put("");
  }

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = Math.min(this.text.scrollHeight + 2, innerHeight * 0.4) + "px";
  }

  /** While an answer is written, it may be stopped, and nothing be sent. */
  busy(isBusy) {
    this.isBusy = isBusy;
    byId("send").hidden = isBusy;
    byId("stop").hidden = !isBusy;
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) {
      event.preventDefault();
      void this.attach(files);
    }
  }

  async attach(files) {
    for (const file of files) {
      const name = plainName(file.name);
      if (file.size > MOST_BYTES) {
        toast(`“${name}” has ${number(file.size)} bytes; at most ${number(MOST_BYTES)} can be attached.`);
        continue;
      }
      const text = await textOf(file);
      if (text === null) {
        toast(`“${name}” is no text. The model reads text only.`);
        continue;
      }
      const entry = { name, text };
      this.files = [...this.files, entry];
      this.showFiles();
      entry.tokens = await this.actions.countTokens(text);
      this.showFiles();
    }
    this.text.focus();
  }

  showFiles() {
    byId("files").replaceChildren(
      ...this.files.map((file) =>
        h(
          "li",
          {},
          h("bdi", {}, file.name),
          h("span", { class: "size" }, file.tokens ? ` ${number(file.tokens)} tokens` : ` ${number(file.text.length)} characters`),
          iconButton("close", `Remove “${file.name}”`, {
            onclick: () => {
              this.files = this.files.filter((other) => other !== file);
              this.showFiles();
              this.text.focus();
            },
          }),
        ),
      ),
    );
  }
}

/** A file's text; null where it is none. */
async function textOf(file) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
