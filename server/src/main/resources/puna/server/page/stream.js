// Text that grows: what is finished is rendered once, the last block again when it has grown.

import { blockStarts, render } from "./markdown.js";

const FRAME = 2; // milliseconds of a frame that rendering may take, on average
const APART = 80; // milliseconds between two renderings: more often nobody can read

/** Renders a growing text into an element. */
export class GrowingText {
  constructor(element) {
    this.element = element;
    this.text = "";
    this.done = 0; // characters whose elements are final
    this.tail = document.createElement("div");
    this.tail.className = "tail";
    this.isAsked = false;
    this.next = 0; // when it may be rendered again
    this.fence = null;
    this.isFinished = false;
    element.replaceChildren(this.tail);
  }

  /** Takes all of the text so far; it is shown with the next frame. */
  update(text, afterwards) {
    this.text = text;
    if (!this.isAsked) {
      this.isAsked = true;
      requestAnimationFrame(() => this.frame(afterwards));
    }
  }

  frame(afterwards) {
    if (this.isFinished) {
      return;
    }
    const start = performance.now();
    if (start < this.next) {
      requestAnimationFrame(() => this.frame(afterwards));
      return;
    }
    this.isAsked = false;
    this.show();
    const took = performance.now() - start;
    this.next = start + Math.max(APART, (took / FRAME) * 16); // a long block: only every so many frames
    afterwards();
  }

  show() {
    if (this.fence !== null && this.growFence()) {
      return;
    }
    const rest = this.text.slice(this.done);
    const starts = blockStarts(rest);
    const last = starts.at(-1);
    if (starts.length > 1) {
      const end = offset(rest, last.line);
      this.tail.before(render(rest.slice(0, end)));
      this.done += end;
    }
    const open = this.text.slice(this.done);
    this.tail.replaceChildren(render(last?.type === "fence" ? open : closed(open)));
    this.fence = last?.type === "fence" ? this.openFence(open) : null;
  }

  /** A code block that has not ended grows by its text alone. */
  openFence(open) {
    const mark = /^ {0,3}(`{3,}|~{3,})[^\n]*\n/.exec(open);
    const code = this.tail.querySelector("pre code");
    if (mark === null || code === null || isClosed(open.slice(mark[0].length), mark[1])) {
      return null;
    }
    code.textContent = open.slice(mark[0].length);
    return { mark: mark[1], begin: this.done + mark[0].length, shown: this.text.length, node: code.firstChild };
  }

  growFence() {
    const { mark, begin, shown, node } = this.fence;
    const line = this.text.lastIndexOf("\n", shown - 1) + 1;
    if (node === null || isClosed(this.text.slice(Math.max(begin, line)), mark)) {
      this.fence = null;
      return false;
    }
    node.appendData(this.text.slice(shown));
    this.fence.shown = this.text.length;
    return true;
  }

  /** Shows the text as it is when nothing more comes. */
  finish(text) {
    this.text = text;
    this.isFinished = true;
    // Definitions of links count for what stands before them, and blocks were rendered one by one.
    if (/^ {0,3}\[[^\]\n]+\]:/m.test(text)) {
      this.element.replaceChildren(render(text));
    } else {
      this.tail.replaceWith(render(text.slice(this.done)));
    }
  }
}

const MOST_CLOSED = 5000; // characters of a block in which open marks are looked for

/** A block with the marks closed that are still open, so that no stars stand there until the end. */
export function closed(text) {
  if (text.length > MOST_CLOSED) {
    return text;
  }
  const marks = /(`+|\*\*|__|~~|\*|_)/g;
  const open = [];
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const mark = found[0];
    const before = text[found.index - 1] ?? " ";
    const after = text[marks.lastIndex];
    if (mark[0] === "`") {
      const end = new RegExp("(?<!`)`{" + mark.length + "}(?!`)", "g");
      end.lastIndex = marks.lastIndex;
      if (end.exec(text) === null) {
        return after === undefined ? text.slice(0, found.index) : text + mark + open.reverse().join("");
      }
      marks.lastIndex = end.lastIndex;
    } else if (open.includes(mark) && !/\s/.test(before)) {
      open.length = open.lastIndexOf(mark);
    } else if (after === undefined) {
      text = text.slice(0, found.index); // it may become another mark yet
    } else if (!/\s/.test(after) && !(mark[0] === "_" && /\w/.test(before))) {
      open.push(mark);
    }
  }
  const rest = text.replace(/!?\[([^\]\n]*)\]\([^)\s]*$/, "$1");
  return (/\s$/.test(rest) ? rest.trimEnd() : rest) + open.reverse().join("");
}

/** Whether a code block has its last line among these. */
function isClosed(lines, mark) {
  const closing = new RegExp(`^ {0,3}${mark[0] === "~" ? "~" : "`"}{${mark.length},}[ \\t]*$`, "m");
  return closing.test(lines);
}

function offset(text, line) {
  let at = 0;
  for (let i = 0; i < line; i++) {
    at = text.indexOf("\n", at) + 1;
  }
  return at;
}
