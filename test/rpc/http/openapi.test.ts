/**
 * The reference: a valid document that has every route, and a page that has all of the document and
 * nothing from elsewhere. That answers are as it says is checked wherever a test asks the surface.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { Validator } from "@seriousme/openapi-schema-validator";

import type { OpenApiDocument } from "../../../src/rpc/http/openapi/document.ts";
import { Surface } from "../surface.ts";

const surface = new Surface();
let document: OpenApiDocument;
beforeAll(async () => {
  ({ document } = await surface.described());
});
afterAll(() => surface.close());

test("the document is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
});

test("it has every route of the application and no other", () => {
  const served = surface.app.routes
    .filter(({ method }) => method !== "OPTIONS")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(served.toSorted());
  expect(served.length).toBeGreaterThan(20);
});

test("every parameter of a path is described, and every reference leads somewhere", () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters } of Object.values(methods)) {
      const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => name);
      expect(inPath).toEqual(named as string[]);
    }
  }
  const schemas = Object.keys(document.components.schemas);
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)) {
    expect(schemas).toContain(name!);
  }
});

test("amounts are text in every schema", () => {
  const { Balance: balance } = document.components.schemas;
  expect(balance).toMatchObject({
    properties: { total_balance: { $ref: "#/components/schemas/U64" } },
  });
  expect(document.components.schemas["U64"]).toMatchObject({ type: "string" });
});

test("the document is kept by whoever has it", async () => {
  const first = await surface.ask("/openapi.json");
  const etag = first.headers.get("etag") ?? "";
  const again = await surface.ask("/openapi.json", { headers: { "if-none-match": etag } });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
});

test("the page has every operation and schema, and needs nothing else", async () => {
  const response = await surface.ask("/docs/api");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const ids = new Set<string>();
  const links: string[] = [];
  const parts: string[] = [];
  const rewriter = new HTMLRewriter()
    .on("[id]", { element: (element) => void ids.add(element.getAttribute("id")!) })
    .on("a", { element: (element) => void links.push(element.getAttribute("href")!) })
    .on("script, link, img, iframe, [src]", { element: ({ tagName }) => void parts.push(tagName) });
  await rewriter.transform(response).text();
  for (const methods of Object.values(document.paths)) {
    for (const { operationId } of Object.values(methods)) expect(ids).toContain(operationId);
  }
  for (const name of Object.keys(document.components.schemas)) expect(ids).toContain(name);
  expect(parts).toEqual([]);
  for (const link of links) {
    if (link.startsWith("#")) expect(ids).toContain(link.slice(1));
    else expect((await surface.ask(link, { method: "HEAD" })).status).toBe(200);
  }
});

test("the page shows schemas in words, whatever their kind, and code as code", async () => {
  const page = await (await surface.ask("/docs/api")).text();
  expect(await textOf(page, "#ObjectPage")).toEndWith("next_cursor string or null");
  expect(await textOf(page, "#Balance")).toContain("total_balance U64");
  expect(await textOf(page, "#getIndex")).toContain("links by name: string");
  expect(await textOf(page, "#U64")).toContain("string: A whole number");
  expect(await textOf(page, "nav")).toContain("TransactionRequest");
  expect(page).not.toContain("`");
  expect(page).not.toContain("undefined");
});

/** The words of a part of a page. */
async function textOf(page: string, place: string): Promise<string> {
  let words = "";
  const add = ({ text }: { readonly text: string }): void => void (words += text);
  await new HTMLRewriter().on(place, { text: add }).transform(new Response(page)).text();
  return words.trim().replaceAll(/\s+/g, " ");
}

test("an answer that is not as the document says is found", async () => {
  const described = await surface.described();
  const headers = { "content-type": "application/json" };
  const faultsOf = (path: string, status: number, body: object): Promise<readonly string[]> =>
    described.faults("GET", path, new Response(JSON.stringify(body), { status, headers }));
  expect(await faultsOf("/health", 200, { status: "ok" })).toEqual([]);
  expect(await faultsOf("/health", 200, { status: "ill" })).toHaveLength(1);
  expect(await faultsOf("/health", 201, { status: "ok" })).toHaveLength(1);
  const balance = { address: `0x${"1".repeat(64)}`, total_balance: 7, coin_count: 1 };
  const [fault] = await faultsOf("/v1/addresses/0x1/balance", 200, balance);
  expect(fault).toContain("total_balance must be string");
});
