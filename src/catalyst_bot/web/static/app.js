/** Puts the page together; read it first. */

import { Api } from "./api.js";
import { Channel } from "./channel.js";
import { Clock } from "./clock.js";
import { ConnectionSign } from "./connection.js";
import { DemoBox } from "./demo.js";
import { byId } from "./dom.js";
import { Filter } from "./filter.js";
import { HoldBox } from "./hold.js";
import { listenForKeys } from "./keys.js";
import { followLinks } from "./links.js";
import { Panel } from "./panel.js";
import { Rejections } from "./rejections.js";
import { SearchDialog } from "./search.js";
import { Stream } from "./stream.js";
import { Tabs } from "./tabs.js";
import { themeButton } from "./theme.js";
import { unixOf } from "./times.js";
import { askToken } from "./token.js";
import { WhyDialog } from "./why.js";

const TICK = 1000;

const clock = new Clock();
const api = new Api(askToken);
const dialog = new WhyDialog(api, clock);
const why = (id) => dialog.open(id);
const search = new SearchDialog(api, clock);
const filter = new Filter();
const channel = new Channel({ api, clock, filter, why });
const panel = new Panel(clock, new HoldBox(api, clock));
const rejections = new Rejections(api, clock);
const demo = new DemoBox({ api, channel, clock });
const tabs = new Tabs((name) => rejections.show(name === "rejected"));

const events = {
  status(status) {
    clock.hear(unixOf(status.now), status.unix);
    panel.show(status);
    rejections.hear(status.rejected);
    demo.show(status.controls);
    demo.look().catch(() => {}); // the next status asks again
    channel.catchUp(); // over a line that stands
    offerCatalysts();
  },
  alert(alert) {
    channel.hear(alert);
    demo.hear(alert);
  },
  reset() {
    channel.reload();
    rejections.reload();
    offered = null; // a bot that was restarted may have other rules
  },
};
let offered = null;

/** Ask which catalysts there are, once. */
function offerCatalysts() {
  offered ??= api.get("/api/catalysts").then(
    ({ catalysts }) => filter.offer(catalysts),
    () => {
      offered = null; // the next status asks again
    },
  );
}

const stream = new Stream(
  api,
  (kind, value) => events[kind]?.(value),
  (connection) => sign.show(connection),
);
const sign = new ConnectionSign(() => stream.retryNow());

followLinks(channel.feed, tabs, why);
listenForKeys(channel.feed, tabs, why, () => search.open());
themeButton(byId("theme"));
setInterval(() => {
  channel.feed.tick();
  sign.tick();
}, TICK);
stream.run();
