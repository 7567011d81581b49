// Markdown as elements that can do no harm. What a model writes is hostile: its HTML is text,
// nothing is fetched without a click, and all that comes out goes through DOMPurify as well.
/* global markdownit, DOMPurify, hljs, katex */

import { h, iconButton } from "./dom.js";

const MOST_COLOURED = 100_000; // characters of a code block
const MOST_DEPTH = 30; // of quotes and lists in each other

const PLAIN_ATTRIBUTES = (
  "title class start data-lang display mathvariant stretchy fence separator accent accentunder lspace rspace minsize " +
  "maxsize linethickness columnalign rowspacing columnspacing scriptlevel displaystyle width height depth voffset notation"
).split(" ");

const ALLOWED = {
  ALLOWED_TAGS: [
    ..."a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul".split(" "),
    ...("math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd " +
      "mstyle mpadded mphantom menclose merror mmultiscripts mprescripts").split(" "),
  ],
  ALLOWED_ATTR: ["href", ...PLAIN_ATTRIBUTES],
  ADD_URI_SAFE_ATTR: PLAIN_ATTRIBUTES, // their values are no addresses
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  RETURN_DOM_FRAGMENT: true,
};

const escape = (text) => markdown().utils.escapeHtml(text);
let reader = null;

function markdown() {
  if (reader !== null) {
    return reader;
  }
  reader = markdownit({ html: false, linkify: true, typographer: false, maxNesting: MOST_DEPTH, highlight: coloured });
  reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  const rules = reader.renderer.rules;
  rules.image = (tokens, index) => {
    const address = tokens[index].attrGet("src");
    const words = tokens[index].content || "image";
    return `<a class="picture" href="${escape(address)}">${escape(words)}</a>`;
  };
  for (const cell of ["th_open", "td_open"]) {
    rules[cell] = (tokens, index) => {
      const side = /text-align:(\w+)/.exec(tokens[index].attrGet("style") ?? "")?.[1];
      return `<${tokens[index].tag}${side === undefined ? "" : ` class="${side}"`}>`;
    };
  }
  // The page has two levels of its own above those of the text.
  for (const end of ["heading_open", "heading_close"]) {
    rules[end] = (tokens, index) => {
      const level = Number(tokens[index].tag[1]);
      const tag = `h${Math.min(6, level + 2)}`;
      return end === "heading_open" ? `<${tag} class="h${level}">` : `</${tag}>`;
    };
  }
  rules.fence = (tokens, index) => {
    const language = tokens[index].info.trim().split(/\s+/)[0];
    const code = coloured(tokens[index].content, language);
    return `<pre data-lang="${escape(language)}"><code>${code}</code></pre>`;
  };
  rules.code_block = (tokens, index) => `<pre data-lang=""><code>${escape(tokens[index].content)}</code></pre>`;
  mathematics(reader);
  return reader;
}

function coloured(code, language) {
  if (language !== "" && code.length < MOST_COLOURED && hljs.getLanguage(language) !== undefined) {
    return hljs.highlight(code, { language, ignoreIllegals: true }).value;
  }
  return escape(code);
}

/** Formulas between `$`, `$$`, `\(` and `\[`, as models write them. */
function mathematics(reader) {
  const render = (tokens, index) => formula(tokens[index].content, tokens[index].type === "math_block");
  reader.renderer.rules.math_inline = render;
  reader.renderer.rules.math_block = (tokens, index) => `<p class="formula">${render(tokens, index)}</p>`;
  reader.renderer.rules.math_open = (tokens, index) => `<p class="formula">${pending(tokens[index].content)}</p>`;
  reader.inline.ruler.before("escape", "math", (state, isSilent) => {
    const rest = state.src.slice(state.pos, state.pos + 2);
    const mark = rest === "$$" || rest === "\\(" || rest === "\\[" ? rest : rest[0] === "$" ? "$" : null;
    if (mark === null) {
      return false;
    }
    const close = { $: "$", $$: "$$", "\\(": "\\)", "\\[": "\\]" }[mark];
    const start = state.pos + mark.length;
    const end = state.src.indexOf(close, start);
    if (end < 0 || end === start || end >= state.posMax) {
      return false;
    }
    const tex = state.src.slice(start, end);
    // Prices are no formulas: $5 and $10.
    if (mark === "$" && (/^\s|\s$/.test(tex) || tex.includes("\n\n") || /\d/.test(state.src[end + 1] ?? ""))) {
      return false;
    }
    if (!isSilent) {
      state.push(mark === "$" || mark === "\\(" ? "math_inline" : "math_block", "math", 0).content = tex;
    }
    state.pos = end + close.length;
    return true;
  });
  reader.block.ruler.before(
    "fence",
    "math_lines",
    (state, from, to, isSilent) => {
      const line = (at) => state.src.slice(state.bMarks[at] + state.tShift[at], state.eMarks[at]).trim();
      const close = { $$: "$$", "\\[": "\\]" }[line(from)];
      if (close === undefined) {
        return false;
      }
      let at = from + 1;
      while (at < to && line(at) !== close) {
        at++;
      }
      if (!isSilent) {
        // As a fence, it goes on to the end where nothing closes it: the rest may still come.
        const token = state.push(at < to ? "math_block" : "math_open", "math", 0);
        token.content = state.getLines(from + 1, at, 0, false);
        token.map = [from, Math.min(at + 1, to)];
        state.line = Math.min(at + 1, to);
      }
      return true;
    },
    { alt: ["paragraph", "blockquote", "list"] },
  );
}

const pending = (tex) => `<code class="math-pending">${escape(tex)}</code>`;

function formula(tex, isBlock) {
  if (globalThis.katex === undefined) {
    loadMathematics();
    return pending(tex);
  }
  const html = katex.renderToString(tex, {
    output: "mathml",
    displayMode: isBlock,
    throwOnError: false,
    trust: false,
    maxExpand: 200,
    maxSize: 20,
  });
  // The source comes along as an annotation, which would be shown.
  return html.replace(/<annotation[\s\S]*?<\/annotation>/g, "").replace(/<\/?semantics>/g, "");
}

const base = new URL(".", import.meta.url);
const policy = globalThis.trustedTypes?.createPolicy("puna", {
  createScriptURL: (name) => {
    if (name !== "katex.min.js") {
      throw new TypeError("no script of that name");
    }
    return new URL("vendor/" + name, base).href;
  },
});
let mathematicsLoading = null;
const waiting = new Set();

function loadMathematics() {
  mathematicsLoading ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = policy?.createScriptURL("katex.min.js") ?? new URL("vendor/katex.min.js", base).href;
    script.onload = resolve;
    document.head.append(script);
  }).then(() => waiting.forEach((again) => again()));
}

/** Is told when formulas can be shown that could not be before. */
export function onMathematics(again) {
  waiting.add(again);
}

/** The blocks of a text: the line in which each one begins. */
export function blockStarts(text) {
  const starts = [];
  let depth = 0;
  const tokens = [];
  markdown().block.parse(text.replace(/\r\n?|\0/g, "\n"), markdown(), {}, tokens); // what is in the blocks can wait
  for (const token of tokens) {
    if (depth === 0 && token.nesting >= 0 && token.map !== null) {
      starts.push({ line: token.map[0], type: token.type });
    }
    depth += token.nesting;
  }
  return starts;
}

/** A text as elements. */
export function render(text) {
  const fragment = DOMPurify.sanitize(markdown().render(text), ALLOWED);
  fragment.querySelectorAll("a").forEach(harmless);
  fragment.querySelectorAll("pre").forEach((pre) => pre.replaceWith(codeBlock(pre)));
  fragment.querySelectorAll("table").forEach((table) => {
    const box = h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "Table" });
    table.replaceWith(box);
    box.append(table);
  });
  return fragment;
}

/** Where a link leads can be seen before it is followed. */
function harmless(link) {
  const address = link.getAttribute("href");
  if (address === null) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer");
  link.setAttribute("title", address);
  if (link.textContent !== address) {
    link.after(h("span", { class: "address" }, ` (${shortened(address)})`));
  }
}

function shortened(address) {
  return address.length > 60 ? address.slice(0, 59) + "…" : address;
}

function codeBlock(pre) {
  const language = pre.getAttribute("data-lang") ?? "";
  pre.removeAttribute("data-lang");
  pre.setAttribute("tabindex", "0");
  pre.setAttribute("dir", "ltr");
  return h(
    "div",
    { class: "code" },
    h(
      "div",
      { class: "code-head" },
      h("span", {}, language || "text"),
      h("button", { type: "button", "data-action": "wrap" }, "Wrap"),
      iconButton("copy", "Copy code", { "data-action": "copy-code" }),
    ),
    pre.cloneNode(true),
  );
}
