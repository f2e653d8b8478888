/**
 * A download goes on where it stopped, and nothing with a wrong hash gets its name.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { type Download, download } from "../../src/sup/download.ts";
import { openSource } from "../../src/sup/source.ts";
import { temporary } from "./temporary.ts";

const BODY = new Uint8Array(300_000).map((_, index) => index % 251);
const SHA256 = createHash("sha256").update(BODY).digest("hex");

/** What the server was asked for, and how it breaks. */
const asked: (string | null)[] = [];
let bytesPerAnswer = Infinity;

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request) => {
    const range = request.headers.get("range");
    asked.push(range);
    const { pathname } = new URL(request.url);
    if (pathname === "/missing") return new Response("no", { status: 404 });
    if (pathname === "/broken") return new Response("no", { status: 503 });
    const from = pathname === "/whole" ? 0 : Number(/\d+/.exec(range ?? "0")![0]);
    const body = BODY.slice(from, from + bytesPerAnswer);
    return new Response(body, { status: from > 0 ? 206 : 200 });
  },
});

afterAll(() => server.stop(true));

function wanted(path: string, more: Partial<Download> = {}): Download {
  const source = openSource(server.url.href, {});
  const file = join(temporary(), "archive");
  return { source, path, size: BODY.length, sha256: SHA256, file, ...more };
}

async function refusal(want: Download): Promise<SomaError> {
  try {
    await download(want);
  } catch (error) {
    if (error instanceof SomaError) return error;
    throw error;
  }
  throw new Error("it was brought");
}

function reset(limit = Infinity): void {
  asked.length = 0;
  bytesPerAnswer = limit;
}

describe("a file", () => {
  test("is brought, and not again", async () => {
    reset();
    const want = wanted("file");
    const seen: number[] = [];
    await download(want, { onBytes: (done) => seen.push(done) });
    await download(want);
    expect(readFileSync(want.file)).toEqual(Buffer.from(BODY));
    expect(seen.at(-1)).toBe(BODY.length);
    expect(asked).toEqual([null]);
  });

  test("that breaks off goes on where it stopped", async () => {
    reset(120_000);
    await download(wanted("file"));
    expect(asked).toEqual([null, "bytes=120000-", "bytes=240000-"]);
  });

  test("that an earlier call left in part is continued", async () => {
    reset();
    const want = wanted("file");
    writeFileSync(`${want.file}.part`, BODY.slice(0, 1000));
    await download(want);
    expect(asked).toEqual(["bytes=1000-"]);
  });

  test("starts anew at a server that cannot resume", async () => {
    reset();
    const want = wanted("whole");
    writeFileSync(`${want.file}.part`, BODY.slice(0, 1000));
    await download(want);
    expect(readFileSync(want.file)).toEqual(Buffer.from(BODY));
  });

  test("that keeps breaking off is given up, and what came is kept", async () => {
    reset(1000);
    const want = wanted("file");
    expect(await refusal(want)).toMatchObject({ exit: 5, code: "download_failed" });
    expect(readFileSync(`${want.file}.part`).length).toBe(3000);
  });

  test("with another hash gets no name, and nothing of it stays", async () => {
    reset();
    const want = wanted("file", { sha256: "00".repeat(32) });
    expect(await refusal(want)).toMatchObject({ exit: 4 });
    expect([existsSync(want.file), existsSync(`${want.file}.part`)]).toEqual([false, false]);
  });

  test("that is larger than promised is cut off", async () => {
    reset();
    expect(await refusal(wanted("file", { size: 1000 }))).toMatchObject({ exit: 4 });
  });
});

describe("a server", () => {
  test("without the file: there is no such version", async () => {
    expect(await refusal(wanted("missing"))).toMatchObject({ exit: 3 });
  });

  test("that fails is told", async () => {
    expect(await refusal(wanted("broken"))).toMatchObject({ exit: 5 });
  });

  test("that is not there is told", async () => {
    const source = openSource("http://127.0.0.1:1", {});
    expect(await refusal(wanted("file", { source }))).toMatchObject({ exit: 5 });
  });
});

test("a folder serves as well as a server", async () => {
  const folder = temporary();
  writeFileSync(join(folder, "file"), BODY);
  const want = wanted("file", { source: openSource(folder, {}) });
  await download(want);
  expect(readFileSync(want.file)).toEqual(Buffer.from(BODY));
  expect(await refusal({ ...want, path: "other", file: `${want.file}2` })).toMatchObject({
    exit: 3,
  });
});
