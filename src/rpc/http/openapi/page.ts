/**
 * The reference as one page: what the OpenAPI document says, for people. It needs no script, and
 * nothing from anywhere else.
 *
 * @module
 */
import { html, raw } from "hono/html";

import type {
  Content,
  DocumentedAnswer,
  DocumentedOperation,
  OpenApiDocument,
  Parameter,
} from "./document.ts";
import { type Html, proseHtml } from "./prose.ts";
import { schemaHtml } from "./schema-html.ts";
import type { JsonSchema } from "./schemas.ts";
import { STYLE } from "./style.ts";

type Entry = {
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentedOperation;
};

/** The page of a document. */
export function referencePage(document: OpenApiDocument): Html {
  const { info, tags, components } = document;
  const schemas = Object.entries(components.schemas);
  const entries = entriesOf(document);
  const chapters = tags.map(({ name }) => ({
    name,
    entries: entries.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}: reference</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <nav>
          ${chapters.map(({ name, entries: own }) => contents(name, own))}
          <h4>Schemas</h4>
          ${schemas.map(([name]) => html`<a href="#${name}">${name}</a>`)}
        </nav>
        <main>
          <h1>${info.title} <small>${info.version}</small></h1>
          <p>${proseHtml(info.description)}</p>
          <p>For programs: <a href="/openapi.json">openapi.json</a>, in OpenAPI 3.1.</p>
          ${chapters.map(({ name, entries: own }) => chapter(name, own))}
          <h2>Schemas</h2>
          ${schemas.map(namedSchema)}
        </main>
      </body>
    </html>`;
}

function entriesOf({ paths }: OpenApiDocument): readonly Entry[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return { method: method.toUpperCase(), path, operation };
    }),
  );
}

function contents(name: string, entries: readonly Entry[]): Html {
  return html`<h4>${name}</h4>
    ${entries.map(
      ({ method, path, operation }) =>
        html`<a href="#${operation.operationId}"><b>${method}</b> <span>${path}</span></a>`,
    )}`;
}

function chapter(name: string, entries: readonly Entry[]): Html {
  return html`<h2>${name}</h2>
    ${entries.map(operationHtml)}`;
}

function namedSchema([name, schema]: readonly [string, JsonSchema]): Html {
  return html`<section id="${name}">
    <h3>${name}</h3>
    ${schemaHtml(schema)}
  </section>`;
}

function operationHtml({ method, path, operation }: Entry): Html {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const name = html`<b>${method}</b> ${path}`;
  const isLink = method === "GET" && !path.includes("{") && path !== "/v1/events";
  return html`<section id="${operationId}">
    <h3><code>${isLink ? html`<a href="${path}">${name}</a>` : name}</code></h3>
    <p>${summary}.</p>
    ${parameters.length > 0 ? table("Parameters", parameters.map(parameterRow)) : ""}
    ${requestBody && table("Body", [bodyRow(requestBody)])}
    ${table("Answers", Object.entries(responses).map(answerRow))}
  </section>`;
}

function table(title: string, rows: readonly Html[]): Html {
  return html`<table>
    <caption>
      ${title}
    </caption>
    ${rows}
  </table>`;
}

function row(name: Html | string, meaning: string, form: Html | readonly Html[]): Html {
  return html`<tr>
    <th>${name}</th>
    <td>${proseHtml(meaning)}</td>
    <td>${form}</td>
  </tr>`;
}

function parameterRow({ name, in: place, required, description = "", schema }: Parameter): Html {
  const kind = required ? place : `${place}, optional`;
  return row(html`${name} <i>${kind}</i>`, description, schemaHtml(schema));
}

function bodyRow({ description, content }: NonNullable<DocumentedOperation["requestBody"]>): Html {
  const [type = ""] = Object.keys(content);
  return row(type, description, schemaHtml(content[type]?.schema ?? {}));
}

function answerRow([status, { description, content = {} }]: [string, DocumentedAnswer]): Html {
  return row(status, description, contentHtml(content));
}

function contentHtml(content: Content): readonly Html[] {
  return Object.entries(content).map(([type, { schema }]) =>
    Object.keys(schema).length === 0 ? html`<code>${type}</code>` : schemaHtml(schema),
  );
}
