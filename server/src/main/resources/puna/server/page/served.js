// The models that the server has, how far one is loaded, and whether the server is there at all.

import { isThere, load, models, ServerError } from "./api.js";
import { byId, h, number } from "./dom.js";

const OFTEN = 600; // milliseconds between looks at a model that is being loaded
const SELDOM = 3000; // between looks for a server that has gone

export class Served {
  /** @param actions `needKey()`, `back()` and `changed()` */
  constructor(actions) {
    this.actions = actions;
    this.list = [];
    this.select = byId("model");
    this.banner = byId("banner");
    this.isLooking = false;
    this.select.addEventListener("change", () => this.chosen());
  }

  /** The name of the model that is chosen; empty where there is none. */
  get current() {
    return this.select.value;
  }

  /** The tokens that the chosen model's context has. */
  get context() {
    return this.list.find((model) => model.id === this.current)?.meta?.n_ctx ?? 0;
  }

  isLoaded(name) {
    return this.list.find((model) => model.id === name)?.status?.value === "loaded";
  }

  /** Chooses a model, where the server has it. */
  choose(name) {
    if (this.list.some((model) => model.id === name)) {
      this.select.value = name;
    }
  }

  /** Asks the server for its models. */
  async refresh() {
    try {
      this.list = await models();
    } catch (error) {
      this.failed(error);
      return false;
    }
    const before = this.current;
    this.select.replaceChildren(...this.list.map((model) => h("option", { value: model.id }, model.id)));
    this.choose(before);
    this.actions.changed();
    return true;
  }

  failed(error) {
    if (error instanceof ServerError && error.status === 401) {
      this.actions.needKey();
    } else if (error instanceof ServerError && error.status === 0) {
      this.gone();
    } else {
      this.say(error.message);
    }
  }

  say(text) {
    this.banner.replaceChildren(...(text ? [h("p", {}, text)] : []));
  }

  /** The server does not answer: waits until it does. */
  async gone() {
    if (this.isLooking) {
      return;
    }
    this.isLooking = true;
    this.say("The server cannot be reached. Conversations can be read; trying again …");
    while (!(await isThere())) {
      await new Promise((resolve) => setTimeout(resolve, SELDOM));
    }
    this.isLooking = false;
    this.say("");
    if (await this.refresh()) {
      this.actions.back();
    }
  }

  async chosen() {
    const name = this.current;
    this.actions.changed();
    if (this.isLoaded(name)) {
      return;
    }
    const watch = this.watch(name, (text) => this.say(text));
    try {
      await load(name);
    } catch (error) {
      this.failed(error);
    }
    watch.stop();
    await this.refresh();
  }

  /** Tells how far a model is loaded, until it is, or `stop()` is called. */
  watch(name, tell) {
    const state = { isOver: false, stop: () => (state.isOver = true) };
    const look = async () => {
      while (!state.isOver && !this.isLoaded(name)) {
        const status = this.list.find((model) => model.id === name)?.status;
        const part = status?.value === "loading" ? ` ${number(Math.round(100 * (status.progress ?? 0)))} %` : "";
        tell(`Loading ${name} …${part}`);
        await new Promise((resolve) => setTimeout(resolve, OFTEN));
        this.list = await models().catch(() => this.list);
      }
      tell("");
    };
    void look();
    return state;
  }
}
