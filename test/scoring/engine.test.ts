/**
 * What the engine keeps between requests, and what it does about too many of them and about callers
 * who go away.
 *
 * @module
 */
import { afterAll, afterEach, expect, test } from "bun:test";

import { fromHex } from "../../src/base/bytes.ts";
import { DirectoryBlobs } from "../../src/blobs/directory.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { SMALL } from "../../src/model/config.ts";
import { initialWeights, writeWeights } from "../../src/model/weights.ts";
import { residentBytes } from "../../src/runtime/plan.ts";
import { closeHosts, serveHttp, serveRaw } from "../blobs/blob-server.ts";
import { chunks } from "../conformance/blob-store.ts";
import { absentDevice } from "../runtime/native/absent.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { DATA, describe, host, openScoring, requestOf, type Scoring, weightsOf } from "./world.ts";

const KEY = fromHex("07".repeat(32));
const MIB = 1024 * 1024;
const opened: Scoring[] = [];

afterEach(async () => {
  for (const { engine } of opened.splice(0)) await engine.stop();
  closeHosts();
});
afterAll(removeTemporary);

function open(...options: Parameters<typeof openScoring>): Scoring {
  const scoring = openScoring(...options);
  opened.push(scoring);
  return scoring;
}

/** Weights of a model of their own. */
function weights(seed: number): Uint8Array {
  return writeWeights(SMALL, initialWeights(BigInt(seed)));
}

async function metrics(scoring: Scoring, ...names: string[]): Promise<number[]> {
  return Promise.all(names.map((name) => scoring.metric(name)));
}

const WORK = ["downloads_total", "decryptions_total", "uploads_total"] as const;

test("a second request with the same models does no download, no decrypt, no upload", async () => {
  const scoring = open();
  const plain = host(weightsOf("binary"));
  const english = host(applyAesCtr(KEY, weightsOf("english")));
  const encrypted = { ...english, decryption_key: KEY.toBase64() };
  const data = host(DATA);
  const first = await scoring.score(requestOf(data, [plain, encrypted]));
  expect(first.status).toBe(200);
  expect(await metrics(scoring, ...WORK)).toEqual([3, 1, 2]);

  const second = await scoring.score(requestOf(data, [plain, encrypted]));
  expect(second).toEqual(first);
  expect(await metrics(scoring, ...WORK)).toEqual([3, 1, 2]);
  expect([plain, english, data].map(({ requests }) => requests.length)).toEqual([1, 1, 1]);

  const other = host(new Uint8Array(100).fill(7));
  await scoring.score(requestOf(other, [encrypted]));
  expect(await metrics(scoring, ...WORK)).toEqual([4, 1, 2]);
  expect(await scoring.metric('requests_total{outcome="scored"}')).toBe(3);
});

test("the same file with a key and without one are two models", async () => {
  const scoring = open();
  const file = host(weights(1));
  const twice = [file, { ...file, decryption_key: KEY.toBase64() }];
  const { json } = await scoring.score(requestOf(host(DATA), twice));
  expect(json).toMatchObject({ winner: 0, left_out: [{ model: 1, code: "wrong_key" }] });
  expect(await metrics(scoring, ...WORK)).toEqual([2, 0, 1]);
});

test("models stay loaded as far as memory goes; those used longest ago go first", async () => {
  const scoring = open({ memoryBytes: 2.5 * residentBytes(SMALL) });
  const models = [1, 2, 3].map((seed) => host(weights(seed)));
  const data = host(DATA);
  const all = await scoring.score(requestOf(data, models));
  const state = ["uploads_total", "resident_models", "unloads_total"];
  expect(await metrics(scoring, ...state)).toEqual([3, 2, 1]);
  // The two that are there come first, so only one is loaded.
  expect(await scoring.score(requestOf(data, models))).toEqual(all);
  expect(await metrics(scoring, ...state)).toEqual([4, 2, 2]);
  expect(await scoring.metric("resident_bytes")).toBeLessThan(2.5 * residentBytes(SMALL));
});

test("in memory for less than one model its layers are streamed to the same verdict", async () => {
  const request = requestOf(host(DATA), [host(weights(1)), host(weights(2))]);
  const tight = open({ memoryBytes: residentBytes(SMALL) - 1 });
  const answer = await tight.score(request);
  expect(answer.status).toBe(200);
  expect(answer).toEqual(await open().score(request));
  // They are brought in by each request, and nothing of them stays.
  expect(await metrics(tight, "uploads_total", "resident_bytes")).toEqual([2, 0]);
});

test("files stay on disk as far as the budget goes", async () => {
  const [size] = [weights(1).length];
  const scoring = open({ cacheBytes: 2 * size + 2 * DATA.length });
  const models = [1, 2, 3].map((seed) => host(weights(seed)));
  const data = host(DATA);
  for (const model of models) {
    expect((await scoring.score(requestOf(data, [model]))).status).toBe(200);
  }
  expect(await metrics(scoring, "removals_total", "cached_files")).toEqual([1, 3]);
  expect(await scoring.metric("cached_bytes")).toBe(2 * size + DATA.length);
});

test("a download that stalls has the room of others only until it is given up", async () => {
  const size = weights(1).length;
  const scoring = open({ cacheBytes: size + 2 * DATA.length });
  const data = host(DATA);
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${size}`;
  const silent = serveRaw(() => ({ head, body: weights(1).subarray(0, 100), ending: "hang" }));
  const stalling = scoring.score(requestOf(data, [describe(weights(1), silent.url)]));
  while (silent.heads.length === 0) await Bun.sleep(1);
  const other = requestOf(data, [host(weights(2))]);
  expect(await scoring.score(other)).toMatchObject({ status: 503, json: { code: "blob_quota" } });
  expect(await stalling).toMatchObject({ status: 504, json: { code: "blob_slow" } });
  expect((await scoring.score(other)).status).toBe(200);
});

test("files that are at hand are not fetched", async () => {
  const library = new DirectoryBlobs(temporaryDirectory(), MIB);
  const [data, model] = [DATA, weights(1)];
  for (const bytes of [data, model]) await library.write(chunks(bytes), { bytesMax: MIB });
  const scoring = open({ library });
  const nowhere = "http://127.0.0.1:9/";
  const request = requestOf(describe(data, nowhere), [describe(model, nowhere)]);
  expect((await scoring.score(request)).status).toBe(200);
  expect(await scoring.metric("downloads_total")).toBe(0);
});

test("too many requests at a time are turned away, and then there is room again", async () => {
  const scoring = open({ requestsMax: 2 });
  const gate = Promise.withResolvers<void>();
  const bytes = weights(1);
  const slow = {
    ...describe(bytes, ""),
    url: serveHttp(() => new Response(later(gate.promise, bytes))).url,
  };
  const request = requestOf(host(DATA), [slow]);
  const waiting = [scoring.score(request), scoring.score(request)];
  while ((await scoring.metric("pending")) < 2) await Bun.sleep(1);
  const refused = await scoring.score(request);
  expect(refused).toMatchObject({ status: 429, json: { code: "scoring_busy" } });
  const { headers } = await scoring.app.request("/score", {
    method: "POST",
    body: JSON.stringify(request),
  });
  expect(headers.get("retry-after")).toBe("1");
  gate.resolve();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await scoring.score(request)).status).toBe(200);
});

test("a caller who goes away ends the download, and the competition, of nobody else", async () => {
  const scoring = open();
  const cancelled = Promise.withResolvers<void>();
  const bytes = weights(1);
  const { url, requests } = serveHttp(({ signal }) => {
    signal.addEventListener("abort", () => cancelled.resolve());
    return new Response(later(cancelled.promise, bytes));
  });
  const hanging = { ...describe(bytes, ""), url };
  const gone = new AbortController();
  const leaving = scoring.score(requestOf(host(DATA), [hanging]), gone.signal);
  while (requests.length === 0) await Bun.sleep(1);
  gone.abort();
  expect((await leaving).status).toBe(499);
  await cancelled.promise;
  expect((await scoring.score(requestOf(host(DATA), [host(weights(2))]))).status).toBe(200);
});

test("a competition that nobody waits for ends, and what is loaded stays", async () => {
  const scoring = open();
  const model = host(weights(1));
  const gone = new AbortController();
  const [checksum, sizeBytes] = [blake2b256Hex(weights(1)), weights(1).length];
  const source = { url: model.url, checksum, sizeBytes, decryptionKey: undefined };
  const data = new Uint8Array(MIB);
  const watch = { signal: gone.signal, onProgress: () => gone.abort() };
  const request = { data, models: [source], target: undefined, seed: 0n };
  await expect(scoring.engine.score(request, watch)).rejects.toThrow("scoring was cancelled");
  expect((await scoring.score(requestOf(host(DATA), [model]))).status).toBe(200);
  expect(await metrics(scoring, "uploads_total", "pending")).toEqual([1, 0]);
});

test("a request that waits for its turn can be given up; the one before it goes on", async () => {
  const scoring = open();
  const model = host(weights(1));
  const [checksum, sizeBytes] = [blake2b256Hex(weights(1)), weights(1).length];
  const source = { url: model.url, checksum, sizeBytes, decryptionKey: undefined };
  const data = new Uint8Array(256 * 1024);
  const begun = Promise.withResolvers<void>();
  const request = { data, models: [source], target: undefined, seed: 0n };
  const first = scoring.engine.score(request, { onProgress: () => begun.resolve() });
  await begun.promise;
  const gone = new AbortController();
  const second = scoring.score(requestOf(host(DATA), [model]), gone.signal);
  while ((await scoring.metric("pending")) < 2) await Bun.sleep(1);
  gone.abort();
  expect((await second).status).toBe(499);
  expect((await first).losses[0]).toBeGreaterThan(0);
});

test("an engine that was stopped begins again with the next request", async () => {
  const scoring = open();
  const request = requestOf(host(DATA), [host(weights(1))]);
  await scoring.score(request);
  await scoring.engine.stop();
  expect((await scoring.score(request)).status).toBe(200);
  expect(await scoring.metric("uploads_total")).toBe(2);
});

test("a device that is not there is told when the engine opens, and to each request", async () => {
  const device = absentDevice();
  const scoring = open({ device });
  await expect(scoring.engine.open()).rejects.toThrow(`--device ${device} cannot be used`);
  const answer = await scoring.score(requestOf(host(DATA), [host(weights(1))]));
  expect(answer).toMatchObject({ status: 503, json: { code: "device_absent" } });
});

test("the device says what it is and what it may take", async () => {
  const { engine } = open({ device: "cpu", memoryBytes: 5 * MIB });
  const device = await engine.open();
  expect(device).toMatchObject({ name: "cpu", memoryBytes: 5 * MIB, streams: false });
  const tight = open({ memoryBytes: residentBytes(SMALL) - 1 });
  expect(await tight.engine.open()).toMatchObject({ streams: true });
});

test("what a model needs is asked for before the first request", async () => {
  const crowded = open({ cacheBytes: weights(1).length - 1 });
  await expect(crowded.engine.open()).rejects.toMatchObject({ code: "cache_small" });
  const tight = open({ memoryBytes: 1000 });
  await expect(tight.engine.open()).rejects.toMatchObject({ code: "backend_memory" });
});

function later(when: Promise<void>, bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      await when;
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
