/**
 * The scoring service on real weights: verdicts as the models give them, and named errors for
 * whatever does not fit, after which it goes on serving.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { fromHex } from "../../src/base/bytes.ts";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { SILENT_LOG } from "../../src/base/log.ts";
import { BlobCache } from "../../src/blobs/cache.ts";
import { WITH_LOOPBACK } from "../../src/blobs/guard.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { normalArray } from "../../src/crypto/normal.ts";
import { evaluate } from "../../src/model/compete.ts";
import { SMALL } from "../../src/model/config.ts";
import { cosineDistance } from "../../src/model/embedding.ts";
import { readWeights } from "../../src/model/weights.ts";
import { ScoringDesk } from "../../src/scoring/desk.ts";
import { ScoringEngine } from "../../src/scoring/engine.ts";
import { createScoringApp } from "../../src/scoring/service.ts";
import { toDigest } from "../../src/types/address.ts";
import { formatDigest } from "../../src/types/text.ts";
import { scoreView } from "../../src/wire/json/score.ts";
import { decodeView } from "../../src/wire/json/view.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

const DATA = new TextEncoder().encode("What is written here is scored by two models.");
const KEY = fromHex("07".repeat(32));
const TARGET = normalArray(3n, SMALL.dim);

const blobs = new BlobCache(temporaryDirectory(), 10_000_000);
const engine = new ScoringEngine({
  model: SMALL,
  cache: blobs,
  download: {
    policy: WITH_LOOPBACK,
    random: () => 0,
    limits: { retriesMax: 0 },
  },
});
const desk = new ScoringDesk({ engine, clock: SYSTEM_CLOCK, log: SILENT_LOG });
const app = createScoringApp({ desk, dim: SMALL.dim, log: SILENT_LOG });

afterAll(async () => {
  await engine.stop();
  removeTemporary();
});

function weightsOf(name: string): Uint8Array {
  const path = join(import.meta.dir, `../../src/localnet/content/${name}.safetensors`);
  return new Uint8Array(readFileSync(path));
}

/** A manifest of bytes that the service has already. */
async function host(bytes: Uint8Array): Promise<{ url: string; checksum: string; size: string }> {
  const source = (async function* () {
    yield bytes;
  })();
  const { checksum } = await blobs.write(source, { bytesMax: bytes.length });
  return {
    url: `http://127.0.0.1:9/${checksum}`,
    checksum: formatDigest(toDigest(checksum)),
    size: String(bytes.length),
  };
}

async function body(): Promise<Record<string, unknown>> {
  const data = await host(DATA);
  const english = await host(applyAesCtr(KEY, weightsOf("english")));
  return {
    data_url: data.url,
    data_checksum: data.checksum,
    data_size: data.size,
    model_manifests: [
      await host(weightsOf("binary")),
      { ...english, decryption_key: KEY.toBase64() },
    ],
    target_embedding: [...TARGET],
    seed: "5",
  };
}

async function score(request: unknown): Promise<{ status: number; json: unknown }> {
  const response = await app.request("/score", { method: "POST", body: JSON.stringify(request) });
  return { status: response.status, json: await response.json() };
}

function expected(name: string): { loss: number; embedding: Float32Array } {
  const weights = readWeights(SMALL, weightsOf(name));
  if (!weights.ok) throw new Error(weights.error.reason);
  return evaluate(SMALL, weights.value, DATA, 5n);
}

test("the verdict is that of the models: losses in order, the winner's distance each", async () => {
  const { status, json } = await score(await body());
  expect(status).toBe(200);
  const view = decodeView(scoreView, json);
  if (!view.ok) throw new Error(JSON.stringify(view.error));
  const { winner, loss_score, embedding, distance } = view.value;
  const [binary, english] = [expected("binary"), expected("english")];
  expect(winner).toBe(1);
  expect(loss_score[0]).toBeCloseTo(binary.loss, 4);
  expect(loss_score[1]).toBeCloseTo(english.loss, 4);
  expect(embedding[3]).toBeCloseTo(english.embedding[3]!, 4);
  expect(distance).toHaveLength(2);
  expect(distance[0]).toBe(distance[1]);
  expect(distance[0]).toBeCloseTo(cosineDistance(english.embedding, TARGET), 4);
});

test.each([
  [{ model_manifests: [] }, 400, "request_invalid"],
  [{ data_size: "0" }, 400, "request_invalid"],
  [{ data_checksum: "0OIl" }, 400, "request_invalid"],
  [{ target_embedding: [1, 2] }, 400, "request_invalid"],
  [{ seed: "-1" }, 400, "request_invalid"],
  [{ seed: 2 ** 60 }, 400, "request_invalid"],
  [{ data_size: "18446744073709551615" }, 422, "data_too_large"],
  [{ data_checksum: "11111111111111111111111111111111" }, 502, "blob_unreachable"],
  [{ data_url: "file:///etc/passwd", data_checksum: `1${"1".repeat(31)}` }, 422, "url_refused"],
  [{ data_url: "http://10.0.0.1/", data_checksum: `1${"1".repeat(31)}` }, 422, "url_refused"],
])("%j is refused", async (change, status, code) => {
  const { json, ...rest } = await score({ ...(await body()), ...change });
  expect({ ...rest, json }).toMatchObject({ status, json: { status, code } });
});

test("a wrong key gives named errors, and nothing of it stays", async () => {
  const request = await body();
  const models = request["model_manifests"] as Record<string, unknown>[];
  const wrong = [models[0], { ...models[1], decryption_key: fromHex("08".repeat(32)).toBase64() }];
  const { status, json } = await score({ ...request, model_manifests: wrong });
  const leftOut = [{ model: 1, code: "wrong_key", detail: expect.any(String) }];
  expect({ status, json }).toMatchObject({ status: 200, json: { winner: 0, left_out: leftOut } });
  expect((await score(request)).status).toBe(200);
});

test("health, metrics and unknown routes", async () => {
  expect(await (await app.request("/health")).json()).toEqual({ ok: true });
  const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*";
  const metrics = await (await app.request("/metrics", { headers: { accept } })).text();
  expect(metrics).toMatch(/soma_scoring_requests_total\{outcome="scored"\} [1-9]/);
  expect(metrics).toMatch(/soma_scoring_pending 0/);
  const json = (await (await app.request("/metrics")).json()) as { metrics: unknown[] };
  expect(json.metrics).toContainEqual({
    name: "soma_scoring_pending",
    help: "Requests that are scored or wait",
    kind: "gauge",
    value: 0,
  });
  expect((await app.request("/score")).status).toBe(404);
});

test("a body that is too large is refused before it is read", async () => {
  const response = await app.request("/score", { method: "POST", body: "x".repeat(1_048_577) });
  expect(response.status).toBe(413);
});
