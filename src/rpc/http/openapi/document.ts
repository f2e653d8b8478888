/**
 * The OpenAPI 3.1 document of the surface, made of the routes themselves: what it says is what they
 * are read and answered by.
 *
 * @module
 */
import { STATUS_CODES } from "node:http";

import { fullVersion } from "../../../version.ts";
import { PROBLEM_TYPE } from "../../../wire/json/problem.ts";
import type { View } from "../../../wire/json/view.ts";
import type { Operation } from "../route.ts";
import { type JsonSchema, namedSchemas, schemaOf } from "./schemas.ts";

/** A parameter of an operation. */
export type Parameter = {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
};

/** Bodies by media type. */
export type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/** One answer of an operation. */
export type DocumentedAnswer = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Content;
};

/** An operation as the document has it. */
export type DocumentedOperation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: true;
    readonly description: string;
    readonly content: Content;
  };
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
};

/** The document, as far as something of ours reads it. */
export type OpenApiDocument = {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: JsonSchema;
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
};

const DESCRIPTION =
  "Numbers that may pass 2^53 are decimal text. Errors are problems (RFC 9457) with a stable " +
  "`code`; `errors` names the field. Parameters that are not known are refused except at files, " +
  "`/`, `/health`, `/metrics` and this reference. Every answer to GET may be had with HEAD. " +
  "The same port speaks gRPC, gRPC-web and Connect.";

/** Statuses that any request may end in. */
const ALWAYS = [400, 408, 500];
const BYTES = "application/octet-stream";
const NOT_MODIFIED = { description: "The client has this answer already" };
const CREATED = 201;
const KNOWN = "It was there already";
const RANGE_PROBLEM = 416;
const PART = { description: "The range that was asked for", content: contentOf(BYTES, undefined) };
const ETAG = { description: "Changes with the answer", schema: { type: "string" } };

/** The document of these operations. */
export function openApiDocument(operations: readonly Operation[]): OpenApiDocument {
  const paths: Record<string, Record<string, DocumentedOperation>> = {};
  for (const operation of operations) {
    const methods = (paths[operation.path] ??= {});
    methods[operation.method.toLowerCase()] = describeOperation(operation);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Soma node",
      version: fullVersion(),
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: namedSchemas() },
  };
}

function describeOperation(operation: Operation): DocumentedOperation {
  const { id, tag, summary, params, query, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    parameters: [
      ...Object.entries(params).map(([name, view]) => parameter(name, "path", view)),
      ...Object.entries(query).map(([name, view]) => parameter(name, "query", view)),
    ],
    ...(body && {
      requestBody: {
        required: true,
        description: `${body.description}, ${body.bytesMax.toLocaleString("en-US")} bytes at most`,
        content: contentOf(body.type, body.view),
      },
    }),
    responses: Object.fromEntries(answersOf(operation)),
  };
}

function parameter(name: string, place: Parameter["in"], view: View<unknown>): Parameter {
  const { description, ...schema } = schemaOf(view);
  return {
    name,
    in: place,
    required: place === "path" || !view.safeParse(undefined).success,
    ...(typeof description === "string" && { description }),
    schema,
  };
}

function answersOf(operation: Operation): readonly (readonly [string, DocumentedAnswer])[] {
  const { answer, status, isCached, problems } = operation;
  const { description, type, view } = answer;
  const success = { description, content: contentOf(type, view) };
  const failures = new Set([...ALWAYS, ...problems]);
  return [
    [`${status}`, isCached ? { ...success, headers: { ETag: ETAG } } : success],
    ...(problems.includes(RANGE_PROBLEM) ? [["206", PART] as const] : []),
    ...(status === CREATED ? [["200", { ...success, description: KNOWN }] as const] : []),
    ...(isCached ? [["304", NOT_MODIFIED] as const] : []),
    ...[...failures].map((code) => [`${code}`, problemAnswer(code)] as const),
  ];
}

function problemAnswer(status: number): DocumentedAnswer {
  const description = STATUS_CODES[status] ?? "A problem";
  const schema = { $ref: "#/components/schemas/Problem" };
  return { description, content: { [PROBLEM_TYPE]: { schema } } };
}

function contentOf(type: string, view: View<unknown> | undefined): Content {
  return { [type]: { schema: view === undefined ? {} : schemaOf(view) } };
}
