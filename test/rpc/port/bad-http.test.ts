/**
 * Requests over raw sockets that no library sends: what is no HTTP, what never gets whole, what is
 * too large. Each is answered or cut off, and says nothing of what is inside.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";

import { NodePort } from "../node-port.ts";

const node = new NodePort();
/** Not as patient as others with heads that do not come. */
const hasty = new NodePort({ headMs: 300 });
beforeAll(() => Promise.all([node.start(), hasty.start()]));
afterAll(() => Promise.all([node.stop(), hasty.stop()]));

type Talk = {
  readonly to?: NodePort;
  /** What is said again and again, for as long as the connection is open. */
  readonly drip?: { readonly text: string; readonly everyMs: number };
};

/** All that comes back until the node closes the connection. */
function talk(first: string, { to = node, drip }: Talk = {}): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(to.port.port, "127.0.0.1");
  let heard = "";
  const dripping = drip && setInterval(() => socket.write(drip.text), drip.everyMs);
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearInterval(dripping);
    resolve(heard);
  });
  socket.write(first);
  return promise;
}

const CLOSE = "connection: close\r\n";
const JSON_POST = "POST /v1/transactions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";

function problemOf(answer: string): Record<string, unknown> {
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as Record<string, unknown>;
}

describe("what is no HTTP", () => {
  test.each([
    ["two names of a host", "GET /v1/info HTTP/1.1\r\nhost: a b<>\r\n", 400],
    ["two names of a host, in a POST", "POST /v1/info HTTP/1.1\r\nhost: a b<>\r\n", 400],
    ["no host", "GET /v1/info HTTP/1.1\r\n", 400],
    ["a length that is no number", `${JSON_POST}content-length: 1e3\r\n`, 400],
    ["a length and chunks", `${JSON_POST}content-length: 3\r\ntransfer-encoding: chunked\r\n`, 400],
    ["a huge header", `GET /v1/info HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(64_000)}\r\n`, 431],
    ["another version", "GET /v1/info HTTP/9.9\r\nhost: a\r\n", 505],
  ])("%s", async (_, head, status) => {
    const answer = await talk(`${head}${CLOSE}\r\n`);
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(answer.length).toBeLessThan(1_000);
    expect(answer).not.toContain(".ts");
  });

  test("a path that is no text", async () => {
    for (const path of [
      "/v1/objects/%zz",
      "/v1/objects/%00",
      "/v1/%ff%fe",
      "//",
      "/v1/info/%2e%2e",
    ]) {
      const answer = await talk(`GET ${path} HTTP/1.1\r\nhost: a\r\n${CLOSE}\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(problemOf(answer)).toHaveProperty("code");
    }
  });
});

test("what the runtime refuses by itself is a problem too", async () => {
  for (const [text, status, code] of [
    [`FOO /v1/info HTTP/1.1\r\nhost: a\r\n${CLOSE}\r\n`, 400, "request_malformed"],
    ["hello\r\n\r\n", 400, "request_malformed"],
    ["GET /health HTTP/1.1\r\n\r\n", 400, "request_malformed"],
    ["GET /health HTTP/1.7\r\nhost: a\r\n\r\n", 505, "http_version_unknown"],
    [`GET /health HTTP/1.1\r\nx: ${"y".repeat(40_000)}\r\n\r\n`, 431, "head_too_large"],
  ] as const) {
    const answer = await talk(text);
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(problemOf(answer)).toMatchObject({ status, code });
  }
});

test("a request that was answered is not answered again when the next one is none", async () => {
  const answer = await talk(`GET /health HTTP/1.1\r\nhost: a\r\n\r\nFOO / HTTP/1.1\r\n\r\n`);
  expect(answer).toStartWith("HTTP/1.1 200 ");
});

describe("what never gets whole", () => {
  test("a head that stops", async () => {
    const answer = await talk("GET /v1/info HTTP/1.1\r\nhost:", { to: hasty });
    expect(answer).toStartWith("HTTP/1.1 408 ");
    expect(problemOf(answer)).toMatchObject({ status: 408, code: "request_slow" });
  });

  test("a head that drips", async () => {
    const answer = await talk("GET /v1/info HTTP/1.1\r\nx: ", {
      to: hasty,
      drip: { text: "y", everyMs: 2 },
    });
    expect(answer).toStartWith("HTTP/1.1 408 ");
  });

  test("a second head that stops, after a request that was answered", async () => {
    const answer = await talk("GET /health HTTP/1.1\r\nhost: a\r\n\r\n", {
      to: hasty,
      drip: { text: "G", everyMs: 10 },
    });
    expect(answer).toStartWith("HTTP/1.1 200 ");
    expect(answer).toContain("HTTP/1.1 408 ");
  });
});

test("a body above the limit is refused by its length, and by what comes", async () => {
  const byLength = await talk(`${JSON_POST}content-length: 900000\r\n\r\n`);
  expect(byLength).toStartWith("HTTP/1.1 413 ");
  expect(problemOf(byLength)).toMatchObject({ code: "body_too_large", status: 413 });
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  const byChunks = await talk(`${JSON_POST}transfer-encoding: chunked\r\n\r\n${chunk.repeat(8)}`);
  expect(byChunks).toStartWith("HTTP/1.1 413 ");
});
