/**
 * Weights that do not stay loaded: decrypted once, to files that count for the budget of the disk.
 *
 * @module
 */
import { afterAll, afterEach, expect, test } from "bun:test";

import { fromHex } from "../../src/base/bytes.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { SMALL } from "../../src/model/config.ts";
import { initialWeights, writeWeights } from "../../src/model/weights.ts";
import { residentBytes } from "../../src/runtime/plan.ts";
import { closeHosts } from "../blobs/blob-server.ts";
import { removeTemporary } from "../storage/temporary.ts";
import { DATA, host, openScoring, requestOf, type Scoring } from "./world.ts";

const KEY = fromHex("07".repeat(32));
/** Memory in which a model must be streamed. */
const TIGHT = residentBytes(SMALL) - 1;
const WORK = ["downloads_total", "decryptions_total", "uploads_total"] as const;

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

function hostEncrypted(plain: Uint8Array): ReturnType<typeof host> & { decryption_key: string } {
  return { ...host(applyAesCtr(KEY, plain)), decryption_key: KEY.toBase64() };
}

async function metrics(scoring: Scoring, ...names: string[]): Promise<number[]> {
  return Promise.all(names.map((name) => scoring.metric(name)));
}

test("models that do not stay loaded are decrypted once, to files within the budget", async () => {
  for (const memoryBytes of [TIGHT, 1.5 * residentBytes(SMALL)]) {
    const scoring = open({ memoryBytes, keepsPlain: true });
    const models = [hostEncrypted(weights(1)), hostEncrypted(weights(2))];
    const data = host(DATA);
    const first = await scoring.score(requestOf(data, models));
    expect(first).toEqual(await open().score(requestOf(data, models)));
    expect(await metrics(scoring, ...WORK)).toEqual([3, 2, 2]);
    const second = await scoring.score(requestOf(data, models));
    expect(second).toEqual(first);
    expect(await metrics(scoring, "downloads_total", "decryptions_total")).toEqual([3, 2]);
    expect(await scoring.metric("cached_files")).toBe(5);
  }
});

test("requests at once for a model that stays loaded make no file of it", async () => {
  const scoring = open({ keepsPlain: true });
  const request = requestOf(host(DATA), [hostEncrypted(weights(1))]);
  const answers = await Promise.all([1, 2, 3].map(() => scoring.score(request)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await metrics(scoring, ...WORK)).toEqual([2, 1, 1]);
  expect(await scoring.metric("cached_files")).toBe(2);
});

test("a model that had to go and comes back is decrypted to a file then", async () => {
  const scoring = open({ memoryBytes: 1.5 * residentBytes(SMALL), keepsPlain: true });
  const models = [hostEncrypted(weights(1)), hostEncrypted(weights(2))];
  const data = host(DATA);
  const counts: number[] = [];
  for (const turn of [0, 1, 0, 1, 0, 1]) {
    expect((await scoring.score(requestOf(data, [models[turn]!]))).status).toBe(200);
    counts.push(await scoring.metric("decryptions_total"));
  }
  expect(counts).toEqual([1, 2, 3, 4, 4, 4]);
  expect(await scoring.metric("downloads_total")).toBe(3);
});

test("without room for plain files weights are decrypted with each request", async () => {
  const size = weights(1).length;
  const scoring = open({
    memoryBytes: TIGHT,
    keepsPlain: true,
    cacheBytes: size + 2 * DATA.length,
  });
  const request = requestOf(host(DATA), [hostEncrypted(weights(1))]);
  const first = await scoring.score(request);
  expect(first.status).toBe(200);
  expect(await scoring.score(request)).toEqual(first);
  expect(await metrics(scoring, ...WORK)).toEqual([2, 2, 2]);
});

test("a plain file is that of its key: a wrong one is wrong and leaves no file", async () => {
  const scoring = open({ memoryBytes: TIGHT, keepsPlain: true });
  const data = host(DATA);
  const right = hostEncrypted(weights(1));
  const wrong = { ...right, decryption_key: fromHex("08".repeat(32)).toBase64() };
  for (const turn of [1, 2]) {
    const refused = await scoring.score(requestOf(data, [wrong]));
    expect(refused, `turn ${turn}`).toMatchObject({ status: 422, json: { code: "wrong_key" } });
    expect((await scoring.score(requestOf(data, [right]))).status).toBe(200);
    const short = { ...right, size: String(weights(1).length - 1) };
    const answer = await scoring.score(requestOf(data, [short]));
    expect(answer).toMatchObject({ status: 422, json: { code: "blob_too_large" } });
  }
  expect(await metrics(scoring, "decryptions_total", "cached_files")).toEqual([1, 3]);
});

test("a request can be given up while its weights are decrypted", async () => {
  const scoring = open({ memoryBytes: TIGHT, keepsPlain: true });
  const encrypted = applyAesCtr(KEY, weights(1));
  const [{ url }, checksum] = [host(encrypted), blake2b256Hex(encrypted)];
  const source = { url, checksum, sizeBytes: encrypted.length, decryptionKey: KEY };
  const request = { data: DATA, models: [source], target: undefined, seed: 0n };
  const gone = new AbortController();
  const heard: string[] = [];
  const onDownload = (name: string): void => {
    heard.push(name);
    if (name === "model 0, decrypting") gone.abort();
  };
  const given = scoring.engine.score(request, { signal: gone.signal, onDownload });
  await expect(given).rejects.toMatchObject({ code: "blob_cancelled" });
  expect(new Set(heard)).toEqual(new Set(["model 0", "model 0, decrypting"]));
  expect((await scoring.engine.score(request)).losses[0]).toBeGreaterThan(0);
});

test("a plain file that had to go is made again", async () => {
  const size = weights(1).length;
  const scoring = open({
    memoryBytes: TIGHT,
    keepsPlain: true,
    cacheBytes: 2 * size + 2 * DATA.length,
  });
  const data = host(DATA);
  const models = [hostEncrypted(weights(1)), hostEncrypted(weights(2))];
  for (const turn of [0, 1, 0]) {
    expect((await scoring.score(requestOf(data, [models[turn]!]))).status).toBe(200);
  }
  expect(await scoring.metric("decryptions_total")).toBe(3);
});

test("a request that fails while its files are gathered holds none of them", async () => {
  const size = weights(1).length;
  const cacheBytes = 2 * size + 2 * DATA.length;
  const scoring = open({ memoryBytes: TIGHT, keepsPlain: true, cacheBytes });
  const data = host(DATA);
  const [one, other] = [hostEncrypted(weights(1)), hostEncrypted(weights(2))];
  expect((await scoring.score(requestOf(data, [one]))).status).toBe(200);
  const huge = { ...data, size: "67108865" };
  const refused = await scoring.score(requestOf(huge, [one]));
  expect(refused).toMatchObject({ status: 422, json: { code: "data_too_large" } });
  for (const turn of [1, 2]) {
    const answer = await scoring.score(requestOf(data, [other]));
    expect(answer.status, `turn ${turn}`).toBe(200);
  }
  expect(await scoring.metric("decryptions_total")).toBe(2);
});
