/**
 * One port for both protocols: what each client gets, and what bad ones cost.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ClientHttp2Session } from "node:http2";
import { connect } from "node:net";

import { fromUtf8, utf8 } from "../../../src/base/bytes.ts";
import { openPort, type Port } from "../../../src/rpc/port/port.ts";
import type { Method } from "../../../src/wire/grpc/method.ts";
import { GRPC_CODE, invalidField } from "../../../src/wire/grpc/status.ts";
import { call, callRaw, openSession } from "../grpc-client.ts";
import { BEGINNINGS, dropIn, stay } from "./crowd.ts";

const LARGE_BYTES = 16 * 1024 * 1024;
const reported: unknown[] = [];
const aborted = Promise.withResolvers<void>();

const METHODS: readonly Method[] = [
  { kind: "Unary", path: "/t.T/Echo", serve: (request) => request },
  { kind: "Unary", path: "/t.T/Late", serve: (request) => Promise.resolve(request) },
  { kind: "Unary", path: "/t.T/Ip", serve: (_, { ip }) => utf8(ip ?? "nobody") },
  {
    kind: "Unary",
    path: "/t.T/Refuse",
    serve: () => {
      throw invalidField("thing.id", "is bad: 100 % ü");
    },
  },
  { kind: "Unary", path: "/t.T/Break", serve: () => Promise.reject(new Error("secret")) },
  {
    kind: "Unary",
    path: "/t.T/Never",
    serve: (_, { signal }) =>
      new Promise(() => signal.addEventListener("abort", () => aborted.resolve())),
  },
  {
    kind: "ServerStream",
    path: "/t.T/Count",
    serve: async function* ([count = 0]) {
      for (let index = 0; index < count; index++) yield new Uint8Array(100_000).fill(index);
    },
  },
  { kind: "Conversation", path: "/t.T/Talk", serve: (request) => request },
];

let port: Port;
let session: ClientHttp2Session;

beforeAll(async () => {
  port = openPort({ hostname: "127.0.0.1", port: 0, bodyBytesMax: 1_000_000 });
  await port.serve({
    http: async (request, { ip }) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/large") return new Response(new Uint8Array(LARGE_BYTES));
      if (pathname === "/echo") return new Response(await request.arrayBuffer());
      return new Response(pathname === "/ip" ? ip : pathname);
    },
    methods: METHODS,
    headers: () => ({ "x-soma-version": "test" }),
    report: (error) => reported.push(error),
  });
  session = openSession(port.port);
});

afterAll(async () => {
  session.destroy();
  await port.stop();
});

describe("HTTP/1.1", () => {
  test("is served, with the client's address", async () => {
    const base = `http://127.0.0.1:${port.port}`;
    expect(await (await fetch(`${base}/hello`)).text()).toBe("/hello");
    expect(await (await fetch(`${base}/ip`)).text()).toBe("127.0.0.1");
  });

  test("bodies of any size pass both ways", async () => {
    const body = crypto.getRandomValues(new Uint8Array(65_536));
    const large = new Uint8Array(900_000).map((_, index) => body[index % body.length]!);
    const response = await fetch(`http://127.0.0.1:${port.port}/echo`, {
      method: "POST",
      body: large,
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(large)).toBe(true);
  });

  test("a client that has said everything is still answered", async () => {
    const answer = await raw((socket) => {
      socket.end("GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    });
    expect(answer).toStartWith("HTTP/1.1 200");
  });

  test("a request that arrives byte by byte is one request", async () => {
    const answer = await raw(async (socket) => {
      for (const byte of "GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n") {
        socket.write(byte);
        await Bun.sleep(0);
      }
    });
    expect(answer).toEndWith("/slow");
  });
});

describe("gRPC", () => {
  test("calls are answered, now or later", async () => {
    for (const path of ["/t.T/Echo", "/t.T/Late"]) {
      const result = await call(session, path, [utf8("hello")]);
      expect(result.messages.map(fromUtf8)).toEqual(["hello"]);
      expect(result.status).toBe(GRPC_CODE.ok);
      expect(result.headers["content-type"]).toBe("application/grpc");
      expect(result.headers["x-soma-version"]).toBe("test");
    }
  });

  test("a method knows the client's address", async () => {
    const { messages } = await call(session, "/t.T/Ip", [utf8("")]);
    expect(messages.map(fromUtf8)).toEqual(["127.0.0.1"]);
  });

  test("streams and conversations", async () => {
    const counted = await call(session, "/t.T/Count", [new Uint8Array([60])]);
    expect(counted.status).toBe(GRPC_CODE.ok);
    expect(counted.messages.map(([first]) => first)).toEqual(
      Array.from({ length: 60 }, (_, i) => i),
    );
    const talked = await call(session, "/t.T/Talk", ["a", "b", "c"].map(utf8));
    expect(talked.messages.map(fromUtf8)).toEqual(["a", "b", "c"]);
    expect(talked.status).toBe(GRPC_CODE.ok);
  });

  test("an error names the field, and its details say so to programs", async () => {
    const { status, message, headers } = await call(session, "/t.T/Refuse", [utf8("")]);
    expect([status, message]).toEqual([GRPC_CODE.invalidArgument, "thing.id: is bad: 100 % ü"]);
    const details = Buffer.from(String(headers["grpc-status-details-bin"]), "base64");
    expect(details.toString("latin1")).toContain("/google.rpc.BadRequest");
  });

  test("our own trouble is told to the operator, not to the client", async () => {
    const { status, message } = await call(session, "/t.T/Break", [utf8("")]);
    expect(status).toBe(GRPC_CODE.internal);
    expect(message).not.toContain("secret");
    expect(String(reported.pop())).toContain("secret");
  });

  test("a deadline ends the call on both sides", async () => {
    const { status } = await call(session, "/t.T/Never", [utf8("")], { "grpc-timeout": "20m" });
    expect(status).toBe(GRPC_CODE.deadlineExceeded);
    await aborted.promise;
  });

  const bad: readonly (readonly [string, string, string, number])[] = [
    ["an unknown method", "/t.T/What", "0000000000", GRPC_CODE.unimplemented],
    ["no message", "/t.T/Echo", "", GRPC_CODE.unimplemented],
    ["two messages", "/t.T/Echo", "00000000000000000000", GRPC_CODE.unimplemented],
    ["half a message", "/t.T/Echo", "000000000501", GRPC_CODE.invalidArgument],
    ["half a header", "/t.T/Echo", "000000", GRPC_CODE.invalidArgument],
    ["a compressed message", "/t.T/Echo", "010000000101", GRPC_CODE.unimplemented],
    ["a huge message", "/t.T/Echo", "00ffffffff", GRPC_CODE.resourceExhausted],
  ];
  test.each(bad)("%s", async (_, path, body, status) => {
    const result = await callRaw(session, path, Uint8Array.fromHex(body));
    expect(result.status).toBe(status);
    expect(result.message).not.toBe("");
  });

  test("another content type", async () => {
    const { headers } = await callRaw(session, "/t.T/Echo", utf8("{}"), {
      "content-type": "application/json",
    });
    expect(Number(headers[":status"])).toBe(415);
  });
});

test("connections that come and go leave nothing behind", async () => {
  await (await fetch(`http://127.0.0.1:${port.port}/warm`)).text();
  for (let round = 0; round < 10; round++) {
    const group = Array.from({ length: 50 }, (_, index) => BEGINNINGS[index % BEGINNINGS.length]);
    await Promise.all(group.map((beginning = "") => dropIn(port.port, beginning)));
  }
  const { messages } = await call(session, "/t.T/Echo", [utf8("still here")]);
  expect(messages.map(fromUtf8)).toEqual(["still here"]);
});

test("a reader that is slow gets everything, and holds nobody up", async () => {
  const socket = connect({ port: port.port, host: "127.0.0.1" });
  socket.write("GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  let size = 0;
  let pauses = 0;
  for await (const piece of socket) {
    size += (piece as Buffer).length;
    if (pauses++ < 20) {
      await Bun.sleep(5);
      expect(await (await fetch(`http://127.0.0.1:${port.port}/quick`)).text()).toBe("/quick");
    }
  }
  expect(size).toBeGreaterThan(LARGE_BYTES);
});

test("an address has its share of connections", async () => {
  const limits = { connectionsMax: 8, perAddressMax: 3 };
  const small = openPort({ hostname: "127.0.0.1", port: 0, bodyBytesMax: 1_000, limits });
  await small.serve({ http: () => new Response("ok"), methods: [], report: () => undefined });
  const three = [1, 2, 3].map(() => stay(small.port, ""));
  await Promise.all(three.map((socket) => new Promise((resolve) => socket.on("connect", resolve))));
  await expect(fetch(`http://127.0.0.1:${small.port}/`)).rejects.toThrow();
  for (const socket of three) socket.destroy();
  const served = async (): Promise<boolean> => {
    const response = await fetch(`http://127.0.0.1:${small.port}/`).catch(() => undefined);
    return (await response?.text()) === "ok";
  };
  while (!(await served())) await Bun.sleep(5);
  await small.stop();
});

async function raw(say: (socket: ReturnType<typeof connect>) => unknown): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({ port: port.port, host: "127.0.0.1", allowHalfOpen: true });
  let heard = "";
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
  socket.on("end", () => resolve(heard));
  socket.on("error", () => resolve(heard));
  await say(socket);
  return promise;
}
