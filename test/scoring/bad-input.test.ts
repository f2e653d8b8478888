/**
 * Whatever can be wrong with a request has a name in the answer, poisons nothing, and leaves a
 * service that goes on serving. What is wrong with one model of several leaves that one out.
 *
 * @module
 */
import { afterAll, afterEach, describe as group, expect, test } from "bun:test";

import { concatBytes, fromHex } from "../../src/base/bytes.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { SMALL } from "../../src/model/config.ts";
import { initialWeights, writeWeights } from "../../src/model/weights.ts";
import { closeHosts, serveHttp, serveRaw } from "../blobs/blob-server.ts";
import { removeTemporary } from "../storage/temporary.ts";
import { DATA, describe, host, type Named, openScoring, requestOf, weightsOf } from "./world.ts";

type Model = Named & { readonly decryption_key?: string };

const KEY = fromHex("07".repeat(32));
const WRONG_KEY = fromHex("08".repeat(32));
const NOWHERE = "http://127.0.0.1:9/";
const WEIGHTS = weightsOf("english");
const scoring = openScoring();

afterEach(closeHosts);
afterAll(async () => {
  await scoring.engine.stop();
  removeTemporary();
});

/** The service does what it should after whatever it was asked before. */
async function expectServing(): Promise<void> {
  const good = requestOf(host(DATA), [host(WEIGHTS)]);
  const { status, json } = await scoring.score(good);
  expect({ status, winner: json["winner"] }).toEqual({ status: 200, winner: 0 });
  expect((await scoring.app.request("/health")).status).toBe(200);
}

/** Bytes that were not seen before, so that they must be fetched. */
function fresh(size: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** A host that sends `sent` where a request expects `promised`. */
function hostOther(promised: Uint8Array, sent: Uint8Array): Named {
  return describe(promised, serveHttp(() => new Response(sent.slice())).url);
}

/** A host whose answer is only a part of what its head promises. */
function hostCut(promised: Uint8Array): Named {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${promised.length}`;
  const body = promised.subarray(0, promised.length / 2);
  return describe(promised, serveRaw(() => ({ head, body, ending: "cut" })).url);
}

function hostHanging(promised: Uint8Array): Named {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${promised.length}`;
  const body = promised.subarray(0, 1);
  return describe(promised, serveRaw(() => ({ head, body, ending: "hang" })).url);
}

function hostRedirect(promised: Uint8Array, to: string): Named {
  const headers = { location: to };
  return describe(promised, serveHttp(() => new Response(null, { status: 302, headers })).url);
}

/** Files that cannot be had, by what is wrong with where they are. */
const FILES: Readonly<
  Record<string, readonly [make: (bytes: Uint8Array) => Named, status: number, code: string]>
> = {
  "wrong checksum": [(bytes) => hostOther(bytes, fresh(bytes.length)), 422, "blob_mismatch"],
  "short body": [(bytes) => hostOther(bytes, bytes.subarray(1)), 422, "blob_too_short"],
  "oversize body": [(bytes) => hostOther(bytes, concatBytes(bytes, DATA)), 422, "blob_too_large"],
  "body that is cut off": [hostCut, 502, "blob_interrupted"],
  "unreachable URL": [(bytes) => describe(bytes, NOWHERE), 502, "blob_unreachable"],
  "unknown host": [(bytes) => describe(bytes, "http://nowhere.invalid/"), 502, "host_unknown"],
  "missing file": [
    (bytes) => describe(bytes, serveHttp(() => new Response("", { status: 404 })).url),
    502,
    "blob_not_found",
  ],
  "slow URL": [hostHanging, 504, "blob_slow"],
  "redirect to a private address": [
    (bytes) => hostRedirect(bytes, "http://10.0.0.1/secret"),
    422,
    "url_refused",
  ],
  "redirect to a metadata service": [
    (bytes) => hostRedirect(bytes, "http://169.254.169.254/latest"),
    422,
    "url_refused",
  ],
  "private address": [(bytes) => describe(bytes, "http://192.168.1.1/"), 422, "url_refused"],
  "another scheme": [(bytes) => describe(bytes, "file:///etc/passwd"), 422, "url_refused"],
};

group("data", () => {
  for (const [name, [make, status, code]] of Object.entries(FILES)) {
    test(`${name}: ${code}`, async () => {
      const answer = await scoring.score(requestOf(make(fresh(2_000)), [host(WEIGHTS)]));
      expect(answer).toMatchObject({ status, json: { code } });
      await expectServing();
    });
  }

  const invalid = { status: 400, code: "request_invalid" };
  const large = { status: 422, code: "data_too_large" };
  test.each([
    ["empty data", { data_size: "0" }, { ...invalid, detail: /data_size/ }],
    ["data over the cap", { data_size: "67108865" }, { ...large, detail: /67108864/ }],
    ["a target of another dimension", { target_embedding: [1, 2] }, { ...invalid, detail: /16/ }],
    [
      "a target beyond f32",
      { target_embedding: filled(1e300) },
      { ...invalid, detail: /Infinity/ },
    ],
    ["a target without direction", { target_embedding: filled(0) }, { ...invalid, detail: /zero/ }],
    ["no models", { model_manifests: [] }, { ...invalid, detail: /model_manifests/ }],
  ])("%s", async (_, change, { status, code, detail }) => {
    const answer = await scoring.score({ ...requestOf(host(DATA), [host(WEIGHTS)]), ...change });
    expect(answer).toMatchObject({ status, json: { code } });
    expect(answer.json["detail"]).toMatch(detail);
    await expectServing();
  });
});

function filled(value: number): number[] {
  return Array.from({ length: SMALL.dim }, () => value);
}

function weightsWith(change: (name: string, values: Float32Array) => Float32Array): Uint8Array {
  const seed = crypto.getRandomValues(new BigUint64Array(1))[0]!;
  const source = initialWeights(seed);
  return writeWeights(SMALL, (name, shape) => change(name, source(name, shape)));
}

function replaceText(file: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(file).toString("latin1").replace(from, to);
  return new Uint8Array(Buffer.from(text, "latin1"));
}

const LAST = "predictor.weight";
/** Weights files that are no good model. */
const WEIGHTS_FILES: Readonly<Record<string, readonly [file: () => Uint8Array, detail: RegExp]>> = {
  "truncated safetensors": [() => weightsWith((_, v) => v).subarray(0, 20_000), /data|bytes/],
  "garbage safetensors": [() => fresh(50_000), /header/],
  "seven bytes": [() => fresh(7), /shorter than its length field/],
  "a missing tensor": [
    () =>
      replaceText(
        weightsWith((_, v) => v),
        "final_norm.beta",
        "final_norm.zeta",
      ),
    /final_norm.beta: it is not in the file/,
  ],
  "a misshapen tensor": [
    () =>
      replaceText(
        weightsWith((_, v) => v),
        '"shape":[264,16]',
        '"shape":[16,264]',
      ),
    /its shape is/,
  ],
  "NaN weights": [
    () => weightsWith((name, v) => (name === LAST ? v.with(5, NaN) : v)),
    /predictor.weight: element 5 is NaN/,
  ],
  "infinite weights": [
    () => weightsWith((name, v) => (name === LAST ? v.with(0, Infinity) : v)),
    /element 0 is Infinity/,
  ],
};

group("models", () => {
  const bad: Record<string, readonly [() => Model, status: number, code: string, RegExp]> = {
    ...Object.fromEntries(
      Object.entries(FILES).map(([name, [make, status, code]]) => [
        name,
        [() => make(fresh(2_000)), status, code, /^model 0: /],
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(WEIGHTS_FILES).map(([name, [file, detail]]) => [
        name,
        [() => host(file()), 422, "weights_invalid", detail],
      ]),
    ),
    "a wrong key": [
      () => ({ ...host(applyAesCtr(KEY, WEIGHTS)), decryption_key: WRONG_KEY.toBase64() }),
      422,
      "wrong_key",
      /decrypted with this key it is no weights file/,
    ],
    "encrypted weights without a key": [
      () => host(applyAesCtr(KEY, WEIGHTS)),
      422,
      "weights_invalid",
      /no weights file/,
    ],
    "weights that overflow": [
      () => host(weightsWith((_, v) => v.map((x) => x * 1e37))),
      422,
      "loss_not_finite",
      /no finite loss/,
    ],
    "weights that are said to be too large": [
      () => ({
        ...host(WEIGHTS),
        size: "1000000000000",
        checksum: describe(fresh(9), "").checksum,
      }),
      422,
      "blob_too_large",
      /are the most/,
    ],
  };
  for (const [name, [make, status, code, detail]] of Object.entries(bad)) {
    test(`${name}: ${code}`, async () => {
      const model = make();
      const alone = await scoring.score(requestOf(host(DATA), [model]));
      expect(alone).toMatchObject({ status, json: { code } });
      expect(alone.json["detail"]).toMatch(detail);

      const among = await scoring.score(requestOf(host(DATA), [model, host(WEIGHTS)]));
      expect(among).toMatchObject({
        status: 200,
        json: { winner: 1, loss_score: [null, expect.any(Number)] },
      });
      expect(among.json["left_out"]).toEqual([
        { model: 0, code, detail: expect.stringMatching(detail) },
      ]);
      await expectServing();
    });
  }

  test("when none is left, all are named", async () => {
    const models = [host(fresh(7)), describe(fresh(9), NOWHERE)];
    const { status, json } = await scoring.score(requestOf(host(DATA), models));
    expect({ status, code: json["code"] }).toEqual({ status: 502, code: "blob_unreachable" });
    expect(json["detail"]).toMatch(/^model 1: .*; model 0 is no weights file/);
  });
});

test("a wrong key poisons nothing: with the right one the same file scores", async () => {
  const right = crypto.getRandomValues(new Uint8Array(32));
  const encrypted = host(applyAesCtr(right, WEIGHTS));
  const ask = (key: Uint8Array): Promise<{ status: number }> =>
    scoring.score(requestOf(host(DATA), [{ ...encrypted, decryption_key: key.toBase64() }]));
  expect((await ask(WRONG_KEY)).status).toBe(422);
  expect((await ask(right)).status).toBe(200);
  expect((await ask(WRONG_KEY)).status).toBe(422);
  expect((await ask(right)).status).toBe(200);
  expect(encrypted.requests).toHaveLength(1);
});

test("a disk without room is the service's own failure, not a model's", async () => {
  const crowded = openScoring({ cacheBytes: WEIGHTS.length + DATA.length });
  const request = requestOf(host(DATA), [host(WEIGHTS), host(weightsOf("code"))]);
  const answer = await crowded.score(request);
  expect(answer).toMatchObject({ status: 503, json: { code: "blob_quota" } });
  // What was fetched for nothing gives its room back a moment after the answer.
  const good = requestOf(host(DATA), [host(WEIGHTS)]);
  while ((await crowded.score(good)).status !== 200) await Bun.sleep(1);
  await crowded.engine.stop();
});
