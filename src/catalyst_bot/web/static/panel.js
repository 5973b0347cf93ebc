/** The side panel: what the status says, each second, in words and small pictures. */

import { byId, el, setAttribute, setText } from "./dom.js";
import { ModelSection } from "./panel-model.js";
import { SourcesSection } from "./panel-sources.js";
import { StagesSection } from "./panel-stages.js";
import { WatchesSection } from "./watches.js";

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
  #watches = new WatchesSection();
  #hold;

  /**
   * @param {import("./clock.js").Clock} clock
   * @param {import("./hold.js").HoldBox} hold
   */
  constructor(clock, hold) {
    this.#clock = clock;
    this.#hold = hold;
    this.#sources = new SourcesSection(byId("sources"), clock);
    this.#model = new ModelSection(byId("model"));
    this.#stages = new StagesSection(byId("stages"));
  }

  /** @param {object} status as the stream gives it. */
  show(status) {
    this.#sources.show(status.sources);
    this.#model.show(status.llm);
    this.#stages.show(status.stages);
    this.#watches.show(status.watches);
    this.#channels(status);
    this.#hold.show(status);
    this.#notices(status);
    setText(byId("version"), `v${status.version}`);
    setText(byId("watching"), watching(status.sources.length));
  }

  #channels({ channels, hold }) {
    const discord = channels.filter(({ kind }) => kind === "discord");
    byId("discord-figures").hidden = discord.length === 0;
    for (const name of ["posts_left", "edits_left", "posts_pending", "edits_pending"]) {
      setText(byId(name.replace("_", "-")), total(discord, name));
    }
    this.#channelNote(channels);
    const faults = channels.filter(({ fault }) => fault);
    const sign = byId("channel-state");
    const state = hold ? "held" : "ok";
    setAttribute(sign, "data-state", faults.length ? "fault" : state);
    setText(sign, hold && !faults.length ? "paused" : signOf(channels, faults));
  }

  #channelNote(channels) {
    const lines = channels.length > 1 ? channels.map(lineOf) : [noteOf(channels[0])];
    const note = byId("channel-note");
    note.hidden = lines.every((line) => line === "");
    const text = lines.join("\n");
    if (note.dataset.text === text) return;
    note.dataset.text = text;
    const lineElement = (line, number) =>
      el("span", { "data-fault": String(channels[number].fault !== "") }, line);
    note.replaceChildren(...lines.map(lineElement));
  }

  #notices({ ready, notices, caught_up: caughtUp }) {
    const lines = Object.entries(notices).map(([name, text]) => `${name}: ${text}`);
    if (caughtUp) lines.push(caughtUp);
    if (!ready) lines.unshift("not ready: a source or the channel does not answer");
    const box = byId("notices");
    box.hidden = lines.length === 0;
    const text = lines.join("\n");
    if (box.dataset.text === text) return;
    box.dataset.text = text;
    box.replaceChildren(...lines.map((line) => el("p", {}, line)));
  }
}

/** The sum of a figure over channels; a dash where none knows it. */
function total(channels, name) {
  const known = channels.map((one) => one[name]).filter((left) => left !== null);
  return known.length ? String(known.reduce((sum, left) => sum + left, 0)) : "–";
}

function noteOf({ kind, fault, ...one }) {
  return fault || CHANNELS[kind] || heldOf(one);
}

/** One of several channels in a line: what waits, what was held back, what is wrong. */
function lineOf({ name, fault, posts_pending: pending, held }) {
  const parts = [fault, pending ? `${pending} waiting` : "", heldOf({ held })];
  return `${name}: ${parts.filter(Boolean).join(" • ") || "well"}`;
}

function heldOf({ held }) {
  const parts = Object.entries(held).map(([why, count]) => `${count} by ${why}`);
  return parts.length ? `held back: ${parts.join(", ")}` : "";
}

function signOf(channels, faults) {
  if (channels.length === 1) return faults.length ? "refused" : NAMES[channels[0].kind];
  const well = channels.length - faults.length;
  return `${well} of ${channels.length} well`;
}

function watching(count) {
  return `Watching ${count} ${count === 1 ? "source" : "sources"}.`;
}
