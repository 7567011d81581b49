// The tokens of an answer, and how likely each was.

import { h } from "./dom.js";

const STEPS = 5; // shades, from unlikely to certain

/** Keeps what a chunk says of its tokens, briefly: text, logarithm, and the likeliest ones. */
export function tokensOf(logprobs) {
  return (logprobs?.content ?? []).map((token) => ({
    t: token.token,
    l: token.logprob,
    top: (token.top_logprobs ?? []).map((rival) => [rival.token, rival.logprob]),
  }));
}

const percent = (logarithm) => {
  const value = 100 * Math.exp(logarithm);
  return value >= 0.1 ? value.toFixed(1) + " %" : "< 0.1 %";
};

const visible = (text) => text.replace(/\n/g, "↵").replace(/\t/g, "⇥").replace(/^ | $/g, "␣") || "∅";

/** All tokens, shaded by their probability; what else was likely is told on hover and focus. */
export function tokenView(tokens) {
  const tip = h("div", { class: "token-tip", role: "status" });
  const show = (event) => {
    const token = tokens[event.target.dataset?.token];
    if (token !== undefined) {
      tip.replaceChildren(tipOf(token));
    }
  };
  const box = h(
    "div",
    { class: "token-list", onmouseover: show, onfocusin: show, onkeydown: walk },
    ...tokens.map((token, index) => {
      const shade = Math.min(STEPS - 1, Math.floor(Math.exp(token.l) * STEPS));
      return h(
        "span",
        { class: `token p${shade}`, "data-token": String(index), tabindex: index === 0 ? "0" : "-1", title: percent(token.l) },
        token.t,
      );
    }),
  );
  return h("div", { class: "token-view" }, box, tip);
}

/** The arrow keys go from token to token. */
function walk(event) {
  const step = { ArrowRight: "nextElementSibling", ArrowLeft: "previousElementSibling" }[event.key];
  const next = step && event.target[step];
  if (next) {
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

function tipOf(token) {
  const rows = token.top.length > 0 ? token.top : [[token.t, token.l]];
  return h(
    "table",
    {},
    h("caption", {}, `“${visible(token.t)}” ${percent(token.l)}`),
    ...rows.map(([text, logarithm]) =>
      h("tr", {}, h("td", {}, h("code", {}, visible(text))), h("td", { class: "right" }, percent(logarithm))),
    ),
  );
}
