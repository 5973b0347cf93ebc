/** The side panel: what the status says, each second, in words and small pictures. */

import { byId, el, setAttribute, setText } from "./dom.js";
import { ModelSection } from "./panel-model.js";
import { SourcesSection } from "./panel-sources.js";
import { StagesSection } from "./panel-stages.js";

const CHANNELS = {
  page: "This page is the channel. Set DISCORD_WEBHOOK_URL to post to Discord as well.",
  terminal: "The terminal is the channel.",
};

const NAMES = { discord: "Discord", page: "this page", terminal: "terminal" };

export class Panel {
  #clock;
  #sources;
  #model;
  #stages;

  /** @param {import("./clock.js").Clock} clock */
  constructor(clock) {
    this.#clock = clock;
    this.#sources = new SourcesSection(byId("sources"), clock);
    this.#model = new ModelSection(byId("model"));
    this.#stages = new StagesSection(byId("stages"));
  }

  /** @param {object} status as the stream gives it. */
  show(status) {
    this.#sources.show(status.sources);
    this.#model.show(status.llm);
    this.#stages.show(status.stages);
    this.#channel(status);
    this.#notices(status);
    setText(byId("version"), `v${status.version}`);
    setText(byId("watching"), watching(status.sources.length));
  }

  #channel({ channel, discord }) {
    const isDiscord = channel === "discord";
    byId("discord-figures").hidden = !isDiscord;
    setText(byId("posts-left"), count(discord.posts_left));
    setText(byId("edits-left"), count(discord.edits_left));
    setText(byId("posts-pending"), String(discord.posts_pending));
    setText(byId("edits-pending"), String(discord.edits_pending));
    const note = discord.fault || (isDiscord ? "" : CHANNELS[channel]);
    byId("channel-note").hidden = note === "";
    setText(byId("channel-note"), note);
    setAttribute(byId("channel-note"), "data-fault", String(discord.fault !== ""));
    const sign = byId("channel-state");
    const state = discord.fault ? "fault" : "ok";
    setAttribute(sign, "data-state", state);
    setText(sign, discord.fault ? "refused" : NAMES[channel]);
  }

  #notices({ ready, notices }) {
    const lines = Object.entries(notices).map(([name, text]) => `${name}: ${text}`);
    if (!ready) lines.unshift("not ready: a source or the channel does not answer");
    const box = byId("notices");
    box.hidden = lines.length === 0;
    const text = lines.join("\n");
    if (box.dataset.text === text) return;
    box.dataset.text = text;
    box.replaceChildren(...lines.map((line) => el("p", {}, line)));
  }
}

function count(left) {
  return left === null ? "–" : String(left);
}

function watching(count) {
  return `Watching ${count} ${count === 1 ? "source" : "sources"}.`;
}
