// The settings: of this conversation, of this page, and of what is kept.

import { byId, h, iconButton, number, toast } from "./dom.js";
import { key } from "./api.js";
import { parsed } from "./request.js";
import { FEW, SAMPLING } from "./sampling.js";
import { keepSetting, persist, room, setting } from "./store.js";

/** What a conversation has to begin with. */
export const PLAIN = { sampling: {}, form: "text", schema: "", tools: "", stop: "", logprobs: false, truncation: "disabled" };

/** How the page itself behaves. */
export const PAGE = { theme: "auto", announce: "sentences" };

/** Light, dark, or as the system has it. */
export function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

const field = (label, control, help) => {
  const id = "field-" + label.replace(/\W+/g, "-").toLowerCase();
  control.id = id;
  const note = help ? h("p", { class: "help", id: id + "-help" }, help) : null;
  if (note) {
    control.setAttribute("aria-describedby", note.id);
  }
  return h("div", { class: "field" }, h("label", { for: id }, label), control, note);
};

const select = (value, options) =>
  h("select", {}, ...options.map(([name, text]) => h("option", { value: name, selected: name === value }, text)));

/** The dialog. It changes nothing until it is saved. */
export class SettingsDialog {
  constructor(actions) {
    this.actions = actions;
    this.dialog = byId("settings");
    this.dialog.addEventListener("close", () => this.dialog.replaceChildren());
  }

  async open(conversation) {
    this.conversation = conversation;
    this.page = { ...PAGE, ...(await setting("page", {})) };
    this.presets = await setting("presets", []);
    this.build(conversation.system, { ...PLAIN, ...conversation.settings });
    this.dialog.showModal();
    void this.showRoom();
  }

  build(system, settings) {
    this.system = h("textarea", { rows: "3", value: system, dir: "auto" });
    this.numbers = SAMPLING.map(([name, least, most, step]) =>
      h("input", { type: "number", min: least, max: most, step, value: settings.sampling[name] ?? "", placeholder: "as the model has it", "data-name": name }),
    );
    this.stop = h("textarea", { rows: "2", value: settings.stop });
    this.form = select(settings.form, [["text", "Any text"], ["json", "JSON"], ["schema", "JSON of a schema"]]);
    this.schema = h("textarea", { rows: "4", value: settings.schema, spellcheck: "false", class: "mono" });
    this.toolsBox = h("textarea", { rows: "4", value: settings.tools, spellcheck: "false", class: "mono" });
    this.logprobs = h("input", { type: "checkbox", checked: settings.logprobs });
    this.truncation = h("input", { type: "checkbox", checked: settings.truncation === "auto" });
    this.forNew = h("input", { type: "checkbox" });
    this.theme = select(this.page.theme, [["auto", "As the system has it"], ["light", "Light"], ["dark", "Dark"]]);
    this.announce = select(this.page.announce, [["sentences", "Sentence by sentence"], ["end", "Only that it has ended"]]);
    this.keyBox = h("input", { type: "password", value: key.get(), autocomplete: "off" });
    this.problem = h("p", { class: "error", role: "alert", hidden: true });
    this.dialog.replaceChildren(
      h("form", { method: "dialog", onsubmit: (event) => this.submit(event) },
        h("header", {}, h("h2", {}, "Settings"), iconButton("close", "Close settings", { onclick: () => this.dialog.close() })),
        h("div", { class: "fields" }, ...this.sections()),
        h("footer", {}, this.problem, h("button", { type: "submit", class: "primary" }, "Save")),
      ),
    );
  }

  sections() {
    const numbers = SAMPLING.map(([name, , , , help], index) => field(name, this.numbers[index], help));
    return [
      h("h3", {}, "This conversation"),
      this.presetRow(),
      field("System prompt", this.system, "What the model is told before everything else."),
      ...numbers.slice(0, FEW),
      h("details", {}, h("summary", {}, "More sampling parameters"), ...numbers.slice(FEW), field("stop", this.stop, "The answer ends before one of these texts; one a line.")),
      field("Form of the answer", this.form, "With a schema, no answer can break it."),
      field("JSON Schema", this.schema),
      field("Tools", this.toolsBox, "Functions as OpenAI's API describes them, as a JSON array. The page shows what the model calls; you give the results."),
      check("Keep the probabilities of tokens", this.logprobs),
      check("Leave out old messages when the context is full", this.truncation),
      check("Also for new conversations", this.forNew),
      h("h3", {}, "This page"),
      field("Colours", this.theme),
      field("What a screen reader hears of an answer", this.announce),
      field("Key of the server", this.keyBox, "Only where the server wants one. Forgotten when the tab is closed."),
      h("h3", {}, "What is kept"),
      h("p", { id: "room" }, "Conversations are kept in this browser only, for this address."),
      h("div", { class: "row" },
        h("button", { type: "button", onclick: () => this.actions.exportAll() }, "Export all"),
        h("button", { type: "button", onclick: () => this.actions.importFile() }, "Import"),
        h("button", { type: "button", class: "danger", onclick: () => this.removeAll() }, "Delete all"),
      ),
    ];
  }

  /** Presets are system prompt and settings under a name. */
  presetRow() {
    const choice = select("", [["", "Presets…"], ...this.presets.map((preset) => [preset.name, preset.name])]);
    choice.setAttribute("aria-label", "Use a preset");
    choice.addEventListener("change", () => {
      const preset = this.presets.find((each) => each.name === choice.value);
      if (preset !== undefined) {
        this.build(preset.system, { ...PLAIN, ...preset.settings });
      }
    });
    const name = h("input", { type: "text", placeholder: "Name of a preset", "aria-label": "Name of a preset", maxlength: "60" });
    const keep = async () => {
      const chosen = name.value.trim();
      const settings = this.read();
      if (chosen === "" || settings === null) {
        return;
      }
      this.presets = [...this.presets.filter((each) => each.name !== chosen), { name: chosen, system: this.system.value, settings }];
      await keepSetting("presets", this.presets);
      this.build(this.system.value, settings);
      toast(`Preset “${chosen}” is kept.`);
    };
    const drop = async () => {
      this.presets = this.presets.filter((each) => each.name !== name.value.trim() && each.name !== choice.value);
      await keepSetting("presets", this.presets);
      this.build(this.system.value, this.read() ?? PLAIN);
    };
    return h("div", { class: "row" }, choice, name,
      h("button", { type: "button", onclick: keep }, "Keep as preset"),
      h("button", { type: "button", onclick: drop }, "Delete preset"));
  }

  /** The settings as they stand in the dialog; null where one of them is wrong, which is said. */
  read() {
    const sampling = {};
    for (const input of this.numbers) {
      if (!input.validity.valid) {
        return this.wrong(`${input.dataset.name}: ${input.validationMessage}`);
      }
      if (input.value !== "") {
        sampling[input.dataset.name] = Number(input.value);
      }
    }
    const settings = {
      sampling,
      stop: this.stop.value,
      form: this.form.value,
      schema: this.schema.value,
      tools: this.toolsBox.value,
      logprobs: this.logprobs.checked,
      truncation: this.truncation.checked ? "auto" : "disabled",
    };
    try {
      if (settings.form === "schema") {
        parsed("The schema", settings.schema);
      }
      if (settings.tools.trim() !== "") {
        parsed("The tools", settings.tools);
      }
    } catch (error) {
      return this.wrong(error.message);
    }
    this.problem.hidden = true;
    return settings;
  }

  wrong(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
    return null;
  }

  async submit(event) {
    event.preventDefault();
    const settings = this.read();
    if (settings === null) {
      return;
    }
    this.page = { theme: this.theme.value, announce: this.announce.value };
    applyTheme(this.page.theme);
    key.set(this.keyBox.value.trim());
    await keepSetting("page", this.page);
    if (this.forNew.checked) {
      await keepSetting("defaults", { system: this.system.value, settings });
    }
    await this.actions.changed(this.system.value, settings, this.page);
    this.dialog.close();
  }

  async showRoom() {
    const [found, isKept] = [await room(), await persist()];
    const text = byId("room");
    if (text !== null && found !== null) {
      text.append(
        ` ${number(Math.ceil(found.used / 1e6))} MB are used of ${number(Math.floor(found.most / 1e6))}.`,
        isKept ? "" : " The browser may throw them away when its disk is short.",
      );
    }
  }

  removeAll() {
    if (confirm("Delete all conversations? This cannot be undone.")) {
      this.dialog.close();
      this.actions.removeAll();
    }
  }
}

function check(label, box) {
  return h("label", { class: "check" }, box, label);
}
