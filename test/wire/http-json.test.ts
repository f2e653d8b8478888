/**
 * JSON over HTTP: bodies up to a limit, problems with codes, and who counts as local.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import {
  errorResponse,
  HttpError,
  isLocal,
  problemResponse,
  readBody,
} from "../../src/wire/http-json.ts";
import { faucetRequest } from "../../src/wire/json/faucet.ts";

const ADDRESS = `0x${"ab".repeat(32)}`;

function post(body: string | ReadableStream): Request {
  return new Request("http://127.0.0.1/gas", { method: "POST", body });
}

async function problemOf(body: string | ReadableStream, bytesMax = 200): Promise<unknown> {
  const error: unknown = await readBody(post(body), bytesMax, faucetRequest).catch(
    (e: unknown) => e,
  );
  return error instanceof HttpError ? error.problem : error;
}

describe("a body", () => {
  test("is read and checked", async () => {
    const body = JSON.stringify({ recipient: ADDRESS, more: 1 });
    expect(await readBody(post(body), 200, faucetRequest)).toEqual({
      recipient: ADDRESS.slice(2) as never,
    });
  });

  test.each([
    ["", 400, "json_invalid"],
    ["{", 400, "json_invalid"],
    ["[]", 400, "request_invalid"],
    ["{}", 400, "request_invalid"],
    [`{"recipient":7}`, 400, "request_invalid"],
    [`{"recipient":"0x12"}`, 400, "request_invalid"],
    [`{"recipient":"${ADDRESS}"${" ".repeat(200)}}`, 413, "body_too_large"],
  ])("%j is refused", async (body, status, code) => {
    expect(await problemOf(body)).toMatchObject({ status, code });
  });

  test("that is wrong names the field", async () => {
    expect(await problemOf("{}")).toMatchObject({ errors: [{ field: "recipient" }] });
  });

  test("without end is given up at its limit", async () => {
    let chunks = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        chunks++;
        controller.enqueue(new Uint8Array(64));
      },
    });
    expect(await problemOf(endless)).toMatchObject({ status: 413 });
    expect(chunks).toBeLessThan(20);
  });
});

describe("a problem", () => {
  test("is a document with its status and when to ask again", async () => {
    const response = problemResponse({
      status: 429,
      code: "rate_limited",
      detail: "wait",
      retryAfterSeconds: 7,
    });
    expect(response.status).toBe(429);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("retry-after")).toBe("7");
    expect(await response.json()).toEqual({
      type: "/problems/rate_limited",
      title: "Rate limited",
      status: 429,
      code: "rate_limited",
      detail: "wait",
    });
  });

  test("of ours is told as the service says", async () => {
    const error = new SomaError("blob_busy", "too many wait", { hint: "try later" });
    const response = errorResponse(error, { blob_busy: 503 });
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toMatchObject({
      status: 503,
      code: "blob_busy",
      hint: "try later",
    });
  });

  test.each([
    ["an error of ours", new SomaError("secret_code", "secret")],
    ["a bug", new Error("secret")],
    ["anything", "secret"],
  ])("that nobody foresaw tells nothing: %s", async (_, error) => {
    const response = errorResponse(error);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
  });
});

test.each([
  [{ host: "127.0.0.1:9125" }, true],
  [{ host: "localhost:9125" }, true],
  [{ host: "[::1]:9125" }, true],
  [{ host: "127.0.0.1:9125", origin: "http://localhost:9000" }, true],
  [{ host: "evil.example" }, false],
  [{ host: "127.0.0.1.evil.example" }, false],
  [{ host: "127.0.0.1:9125", origin: "https://evil.example" }, false],
  [{ host: "127.0.0.1:9125", origin: "null" }, false],
])("a request with %j: local is %p", (headers, expected) => {
  expect(isLocal(new Request("http://127.0.0.1:9125/", { headers }))).toBe(expected);
});
