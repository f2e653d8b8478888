/**
 * Every route and every field of it, as the reference lists them, with what does not belong there.
 * The answer is a problem that names the field; other methods are refused with those there are.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import type { DocumentedOperation } from "../../../src/rpc/http/openapi/document.ts";
import { post, Surface } from "../surface.ts";

type Known = {
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentedOperation;
};

const surface = new Surface();
const known: Known[] = [];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];
const VALUES: Readonly<Record<string, string>> = {
  checkpoint: "0",
  epoch: "0",
  digest: "1".repeat(32),
};
const ID = `0x${"ab".repeat(32)}`;
/** Bad for a parameter of any kind. */
const NEVER = ["%00", "%zz", "a%2Fb", "%ff", "0x", "1e3", "%F0%9F%98%80", `${ID}0`, "-1"];

/** What probers and caches ask for, with parameters of their own. */
const PROBED = [
  "/",
  "/health",
  "/metrics",
  "/openapi.json",
  "/docs/api",
  "/data/{id}",
  "/model/{id}",
  "/v1/blobs/{checksum}",
];

beforeAll(async () => {
  const { document } = await surface.described();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      known.push({ method: method.toUpperCase(), path, operation });
    }
  }
});
afterAll(() => surface.close());

/** A path with every parameter as it should be, except for one. */
function fill(path: string, changed = "", value = ""): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === changed ? value : (VALUES[name] ?? ID),
  );
}

async function fieldsOf(path: string, method: string): Promise<readonly string[]> {
  const problem = await surface.problem(path, { method });
  expect({ path, status: problem["status"] }).toEqual({ path, status: 400 });
  return (problem["errors"] as { field: string }[]).map(({ field }) => field);
}

test("a parameter of a path that is none", async () => {
  let count = 0;
  for (const { path, method, operation } of known) {
    for (const { name, in: place } of operation.parameters) {
      if (place !== "path") continue;
      for (const bad of NEVER) {
        expect(await fieldsOf(fill(path, name, bad), method)).toEqual([name]);
        count++;
      }
    }
  }
  expect(count).toBeGreaterThan(100);
});

test("a parameter of a query that is unknown, given twice, or none", async () => {
  for (const { path, method, operation } of known) {
    if (method === "GET" && PROBED.includes(path)) continue;
    const plain = fill(path);
    expect(await fieldsOf(`${plain}?surprise=1`, method)).toEqual(["surprise"]);
    for (const { name, in: place, schema } of operation.parameters) {
      if (place !== "query") continue;
      expect(await fieldsOf(`${plain}?${name}=1&${name}=1`, method)).toEqual([name]);
      const bad = name === "cursor" ? ["AAAA", "%00", "x".repeat(2_000)] : [...NEVER, ""];
      for (const value of bad) {
        expect(await fieldsOf(`${plain}?${name}=${value}`, method)).toEqual([name]);
      }
      if (schema["pattern"] === undefined) continue;
      expect(await fieldsOf(`${plain}?${name}=18446744073709551616`, method)).toEqual([name]);
    }
  }
});

test("what is probed or downloaded is the same with any query", async () => {
  for (const path of PROBED.map((one) => fill(one))) {
    const plain = await surface.ask(path);
    const asked = await surface.ask(`${path}?_=1&_=2&t=%zz`);
    expect([path, asked.status]).toEqual([path, plain.status]);
    expect([path, asked.status]).not.toEqual([path, 400]);
    await Promise.all([plain.body?.cancel(), asked.body?.cancel()]);
  }
});

test("a method that a path does not have", async () => {
  const described = await surface.described();
  for (const path of Object.keys(described.document.paths)) {
    const has = described.methodsOf(fill(path));
    for (const method of METHODS.filter((one) => !has.includes(one))) {
      const response = await surface.ask(fill(path), { method });
      expect({ path, status: response.status }).toEqual({ path, status: 405 });
      const allowed = response.headers.get("allow")?.split(", ");
      const heads = has.includes("GET") ? ["HEAD"] : [];
      expect(allowed?.toSorted()).toEqual([...has, ...heads, "OPTIONS"].toSorted());
    }
  }
});

test("HEAD is answered as GET is, without a body, and OPTIONS by what may be asked", async () => {
  for (const { path, method } of known) {
    const plain = fill(path);
    const options = await surface.ask(plain, { method: "OPTIONS" });
    expect(options.status).toBe(204);
    if (method !== "GET" || path === "/v1/events") continue;
    const [get, head] = [await surface.ask(plain), await surface.ask(plain, { method: "HEAD" })];
    expect([path, head.status]).toEqual([path, get.status]);
    expect(await head.text()).toBe("");
    await get.body?.cancel();
  }
});

describe("a body", () => {
  test("that says one thing twice names it", async () => {
    const bytes = surface.unsigned().toBase64();
    const body = `{"tx_bytes":"${bytes}","tx\\u005fbytes":"${bytes}"}`;
    const problem = await surface.problem("/v1/transactions/simulate", post(body));
    const errors = [{ field: "tx_bytes", reason: "is there twice" }];
    expect(problem).toMatchObject({ status: 400, errors });
  });

  test("that stops is given up", async () => {
    const patience = { baseMs: 30, bytesPerSecond: 1_000 };
    for (const [path, method] of [
      ["/v1/transactions", "POST"],
      [`/v1/blobs/${"ab".repeat(32)}`, "PUT"],
    ] as const) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array([0x7b])),
      });
      const init = { ...post(""), method, body };
      const response = await surface.ask(path, init, { patience });
      expect(response.status).toBe(408);
      expect(response.headers.get("connection")).toBe("close");
      expect(await response.json()).toMatchObject({ code: "body_slow", status: 408 });
    }
  });
});
