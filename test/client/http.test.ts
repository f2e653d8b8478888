/**
 * Requests that go wrong: each way ends in an error that says what to do, and only what may be
 * repeated is.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { HttpCaller } from "../../src/client/http.ts";
import { healthView } from "../../src/wire/json/info.ts";

const FINE = { status: "ok" } as const;

/** A caller of a server that gives these answers in turn, the last one again and again. */
async function calling<T>(
  answers: readonly (() => Response | Promise<Response>)[],
  work: (caller: HttpCaller, asked: () => number) => Promise<T>,
): Promise<T> {
  let asked = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => answers[Math.min(asked++, answers.length - 1)]!(),
  });
  try {
    const caller = new HttpCaller(`http://127.0.0.1:${server.port}`, { timeoutMs: 500 });
    return await work(caller, () => asked);
  } finally {
    await server.stop(true);
  }
}

const fine = (): Response => Response.json(FINE);
const busy = (): Response => new Response("", { status: 503 });

test("a read is repeated while the node is not available", async () => {
  await calling([busy, busy, fine], async (caller, asked) => {
    expect(await caller.get(healthView, "/health")).toEqual(FINE);
    expect(asked()).toBe(3);
  });
  await calling([busy], async (caller, asked) => {
    await expect(caller.get(healthView, "/health")).rejects.toMatchObject({ code: "unavailable" });
    expect(asked()).toBe(3);
  });
});

test("what may have happened is not repeated", async () => {
  await calling([busy, fine], async (caller, asked) => {
    await expect(caller.post(healthView, "/do", {})).rejects.toMatchObject({ code: "unavailable" });
    expect(asked()).toBe(1);
  });
});

describe("answers that are none", () => {
  test.each([
    ["not JSON", () => new Response("<html>")],
    ["other JSON", () => Response.json({ status: 5 })],
    ["nothing", () => new Response("")],
  ])("%s", async (_, answer) => {
    await calling([answer], async (caller) => {
      const error = await caller.get(healthView, "/health").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "answer_invalid", name: "SomaError" });
      expect(String((error as { hint?: string }).hint)).toContain("URL of a Soma node");
    });
  });

  test("a refusal without a problem keeps its status", async () => {
    await calling([() => new Response("no", { status: 418 })], async (caller) => {
      const error = await caller.get(healthView, "/health").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "http_error" });
      expect((error as { hint?: string }).hint).toContain("URL of a Soma node");
      expect(String(error)).toContain("418");
    });
  });
});

test("a problem is thrown in its own words", async () => {
  const problem = { type: "/problems/x", title: "X", status: 409, code: "x", detail: "why" };
  const answer = (): Response => Response.json({ ...problem, hint: "do" }, { status: 409 });
  await calling([answer], async (caller) => {
    const thrown = caller.get(healthView, "/health");
    await expect(thrown).rejects.toMatchObject({ code: "x", message: "why", hint: "do" });
  });
});

test("a connection that breaks in the middle of an answer", async () => {
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
        socket.end();
      },
    },
  });
  const caller = new HttpCaller(`http://127.0.0.1:${server.port}`, { attempts: 1 });
  const error = await caller.get(healthView, "/health").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "connection_failed" });
  server.stop(true);
});

test("a node that does not answer is given up", async () => {
  await calling([() => new Promise<Response>(() => undefined)], async (caller) => {
    const error = await caller.post(healthView, "/do", {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "connection_failed" });
    expect((error as Error).message).toEndWith(": it did not answer in time");
  });
});

test("where nobody listens, the URL and the next step are told", async () => {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: fine });
  const url = `http://127.0.0.1:${server.port}`;
  await server.stop(true);
  const error = await new HttpCaller(url, { attempts: 1 })
    .get(healthView, "/health")
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "connection_failed" });
  expect((error as Error).message).toBe(`cannot reach ${url}: nobody listens there`);
  expect((error as { hint?: string }).hint).toContain("soma start localnet");
});

test("a host elsewhere that is not there is no reason to start a local network", async () => {
  const unknown = Object.assign(new TypeError("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
  const preconnect = (): void => undefined;
  const refuse = Object.assign((): Promise<never> => Promise.reject(unknown), { preconnect });
  const error = await new HttpCaller("http://node.example", { attempts: 1, fetch: refuse })
    .get(healthView, "/health")
    .catch((thrown: unknown) => thrown);
  expect((error as Error).message).toBe("cannot reach http://node.example: there is no such host");
  expect((error as { hint?: string }).hint).toContain("soma env list");
});

test("a cancelled request says so, once", async () => {
  await calling([() => new Promise<Response>(() => undefined)], async (caller, asked) => {
    const abort = new AbortController();
    const request = caller.get(healthView, "/health", abort.signal);
    abort.abort();
    await expect(request).rejects.toMatchObject({ code: "cancelled" });
    expect(asked()).toBeLessThanOrEqual(1);
  });
});
