/** Draws a JSON schema as nested lists; a schema that contains itself ends there. */

import { el } from "./dom.js";

/**
 * Return the properties of a schema with their types.
 *
 * @param {object} schema
 * @param {object} spec the OpenAPI document, for `$ref`.
 * @param {string[]} [above] names of the schemas this one stands in.
 * @returns {HTMLElement}
 */
export function schemaList(schema, spec, above = []) {
  const { name, value } = resolved(schema, spec);
  const entries = Object.entries(value.properties ?? {});
  if (!entries.length || above.includes(name)) {
    return el("p", { class: "quiet" }, typeOf(schema, spec));
  }
  const path = name ? [...above, name] : above;
  return el(
    "ul",
    { class: "schema" },
    ...entries.map(([key, property]) => item(key, property, spec, path)),
  );
}

function item(key, property, spec, above) {
  const inner = innermost(property, spec);
  const line = el("li", {}, el("code", {}, key), ` ${typeOf(property, spec)}`);
  if (property.description) line.append(el("span", { class: "quiet" }, ` ${property.description}`));
  const { name, value } = resolved(inner, spec);
  if (value.properties && !above.includes(name)) line.append(schemaList(inner, spec, above));
  return line;
}

function resolved(schema, spec) {
  if (!schema.$ref) return { name: schema.title ?? "", value: schema };
  const name = schema.$ref.split("/").at(-1);
  return { name, value: spec.components?.schemas?.[name] ?? {} };
}

/** Return what an array holds, or what is left of a union without null. */
function innermost(schema, spec) {
  if (schema.items) return innermost(schema.items, spec);
  const some = schema.anyOf?.find(({ type }) => type !== "null");
  return some ? innermost(some, spec) : schema;
}

function typeOf(schema, spec) {
  if (schema.anyOf) return schema.anyOf.map((each) => typeOf(each, spec)).join(" or ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {}, spec)}`;
  const { name, value } = resolved(schema, spec);
  if (value.enum) return value.enum.join(" | ");
  if (schema.$ref) return name;
  return value.format ? `${value.type} (${value.format})` : (value.type ?? "any");
}
