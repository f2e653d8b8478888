/**
 * Answers held against an OpenAPI document: each is one that the document has for its route, and
 * its body is as the schema says.
 *
 * @module
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

import type { DocumentedAnswer, OpenApiDocument } from "../../src/rpc/http/openapi/document.ts";

/** Statuses of every surface that no route lists: no such route, no such method, preflight. */
const OUTSIDE = new Set([204, 404, 405]);

/** A document that answers are held against. */
export class Described {
  readonly document: OpenApiDocument;
  /** Routes and statuses that were seen, such as `GET /health 200`. */
  readonly seen: Set<string> = new Set();
  private readonly ajv: Ajv2020;
  private readonly checks = new Map<object, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    this.ajv.addSchema({ $id: "document", components: document.components });
  }

  /** What is wrong with an answer to `method path`; the answer may still be read. */
  async faults(method: string, path: string, response: Response): Promise<readonly string[]> {
    const [pathname = ""] = path.split("?");
    const verb = method === "HEAD" ? "get" : method.toLowerCase();
    const template = this.templatesOf(pathname).find((one) => verb in this.document.paths[one]!);
    const operation = this.document.paths[template ?? ""]?.[verb];
    const at = `${method} ${template ?? pathname} ${response.status}`;
    if (operation === undefined) return OUTSIDE.has(response.status) ? [] : [`${at}: unknown`];
    this.seen.add(at);
    const answer = operation.responses[response.status];
    if (answer === undefined) return [`${at}: the document has no such answer`];
    return method === "HEAD" ? [] : this.bodyFaults(at, answer, response);
  }

  private async bodyFaults(
    at: string,
    { content }: DocumentedAnswer,
    response: Response,
  ): Promise<readonly string[]> {
    if (content === undefined) return [];
    const type = response.headers.get("content-type") ?? "";
    const described = content[type];
    if (described === undefined) return [`${at}: the document has no ${type}`];
    if (!type.includes("json")) return [];
    const check = this.checkOf(described.schema);
    return check(await response.clone().json())
      ? []
      : [`${at}: ${this.ajv.errorsText(check.errors)}`];
  }

  private checkOf(schema: object): ValidateFunction {
    const known = this.checks.get(schema);
    if (known !== undefined) return known;
    const text = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
    const check = this.ajv.compile(JSON.parse(text) as object);
    this.checks.set(schema, check);
    return check;
  }

  /** The methods that a path has, in capitals. */
  methodsOf(pathname: string): readonly string[] {
    const verbs = this.templatesOf(pathname).flatMap((one) =>
      Object.keys(this.document.paths[one]!),
    );
    return [...new Set(verbs)].map((verb) => verb.toUpperCase());
  }

  // A path that is written out is no value of a parameter.
  private templatesOf(pathname: string): readonly string[] {
    const paths = Object.keys(this.document.paths);
    if (paths.includes(pathname)) return [pathname];
    return paths.filter((path) =>
      new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
    );
  }
}
