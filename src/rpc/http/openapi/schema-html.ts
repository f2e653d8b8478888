/**
 * A JSON Schema in words: a reference becomes a link, an object the list of its fields.
 *
 * @module
 */
import { html } from "hono/html";

import { type Html, proseHtml } from "./prose.ts";
import type { JsonSchema } from "./schemas.ts";

/** A schema for people. */
export function schemaHtml(schema: JsonSchema): Html {
  const { $ref: reference, type, enum: values, const: value, oneOf, anyOf, items } = schema;
  if (typeof reference === "string") return link(reference.split("/").at(-1) ?? "");
  if (value !== undefined) return html`<code>${JSON.stringify(value)}</code>`;
  if (Array.isArray(values)) return html`${values.map((one) => html`<code>${one}</code> `)}`;
  const variants = (oneOf ?? anyOf) as readonly JsonSchema[] | undefined;
  if (variants !== undefined) {
    return html`one of
      <ul>
        ${variants.map((variant) => html`<li>${schemaHtml(variant)}</li>`)}
      </ul>`;
  }
  if (type === "object") return fieldsHtml(schema);
  if (type === "array") return html`list of ${schemaHtml((items ?? {}) as JsonSchema)}`;
  return html`${[type].flat().join(" or ")}${notes(schema)}`;
}

function link(name: string): Html {
  return html`<a href="#${name}">${name}</a>`;
}

function fieldsHtml({ properties, required, additionalProperties }: JsonSchema): Html {
  if (typeof additionalProperties === "object") {
    return html`by name: ${schemaHtml(additionalProperties as JsonSchema)}`;
  }
  const fields = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>);
  const isRequired = new Set((required ?? []) as readonly string[]);
  return html`<dl>
    ${fields.map(
      ([name, schema]) =>
        html`<dt>${name}${isRequired.has(name) ? "" : html` <i>optional</i>`}</dt>
          <dd>${schemaHtml(schema)}</dd>`,
    )}
  </dl>`;
}

function notes({ description, pattern }: JsonSchema): Html {
  const words = typeof description === "string" ? html`: ${proseHtml(description)}` : "";
  return html`${words} ${pattern && html`<code>${pattern}</code>`}`;
}
