/** Makes a page for people of /openapi.json. */

import { Api } from "./api.js";
import { byId, el } from "./dom.js";
import { schemaList } from "./schema.js";
import { themeButton } from "./theme.js";
import { askToken } from "./token.js";
import { tryForm } from "./try.js";

const api = new Api(askToken);

async function show() {
  const spec = await api.get("/openapi.json");
  const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  const version = `Version ${spec.info.version}.`;
  const rule = "All replies are JSON; errors are {error, detail, id}.";
  const token = "On another machine's address, and for what changes something, send "
    + "Authorization: Bearer <token>.";
  byId("intro").replaceChildren([version, rule, token].join(" "));
  byId("operations").replaceChildren(...operations.map((each) => section(each, spec)));
}

function section(operation, spec) {
  const { path, method, summary, description, parameters = [], requestBody } = operation;
  const parts = [
    el(
      "h2",
      {},
      el("span", { class: "method" }, method.toUpperCase()),
      el("span", { class: "path" }, path),
    ),
    el("p", { class: "docs-text" }, description ?? summary ?? ""),
    parameters.length ? parameterTable(parameters) : null,
    requestBody ? body(requestBody, spec) : null,
    replies(operation.responses ?? {}, spec),
    method === "get" ? tryForm(operation, api) : null,
  ];
  return el("section", { class: "operation" }, ...parts);
}

function parameterTable(parameters) {
  const rows = parameters.map(({ name, in: place, required, schema, description }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("code", {}, name)),
      el("td", {}, required ? `${place}, required` : place),
      el("td", {}, form(schema)),
      el("td", {}, description ?? schema?.description ?? ""),
    ),
  );
  const heads = ["Parameter", "In", "Form", "Meaning"];
  const head = el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text)));
  const table = el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows));
  return el("div", { class: "table-box", role: "region", tabindex: "0",
    "aria-label": "Parameters" }, table);
}

function form(schema = {}) {
  const kinds = schema.anyOf?.map(({ type }) => type).filter((type) => type !== "null");
  const parts = [schema.type ?? kinds?.join(" or ") ?? ""];
  if (schema.minimum !== undefined) parts.push(`${schema.minimum} to ${schema.maximum}`);
  if (schema.default !== undefined) parts.push(`default ${schema.default}`);
  if (schema.enum) parts.push(schema.enum.join(", "));
  return parts.filter(Boolean).join("; ");
}

function body({ content }, spec) {
  const [{ schema = {} }] = Object.values(content);
  return el("div", { class: "replies" }, el("h3", {}, "Body"),
    schemaList(schema, spec));
}

function replies(responses, spec) {
  const items = Object.entries(responses).map(([status, { description, content }]) => {
    const [kind, body] = Object.entries(content ?? {})[0] ?? ["", {}];
    return el(
      "details",
      { class: "reply" },
      el("summary", {}, el("strong", {}, status), ` ${description} `, el("code", {}, kind)),
      schemaList(body.schema ?? {}, spec),
    );
  });
  return el("div", { class: "replies" }, el("h3", {}, "Replies"), ...items);
}

themeButton(byId("theme"));
show().catch((error) => {
  byId("intro").replaceChildren(`The description cannot be loaded: ${error.message}`);
});
