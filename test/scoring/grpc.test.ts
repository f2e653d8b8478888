/**
 * The scoring service's gRPC door: what is wrong with a request is named before anything is
 * fetched.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { SILENT_LOG } from "../../src/base/log.ts";
import { encode } from "../../src/bcs/schema.ts";
import { BlobCache } from "../../src/blobs/cache.ts";
import { PUBLIC_ONLY } from "../../src/blobs/guard.ts";
import { SMALL } from "../../src/model/config.ts";
import { ScoringDesk } from "../../src/scoring/desk.ts";
import { ScoringEngine } from "../../src/scoring/engine.ts";
import { scoringMethods } from "../../src/scoring/grpc.ts";
import {
  healthResponse,
  type ScoreRequest,
  scoreRequest,
} from "../../src/wire/grpc/bcs-services.ts";
import type { Method } from "../../src/wire/grpc/method.ts";
import { GRPC_CODE, GrpcError } from "../../src/wire/grpc/status.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";

const CHECKSUM = "1".repeat(32);
const MODEL = {
  url: "http://127.0.0.1:9/weights",
  checksum: CHECKSUM,
  size: 10n,
  decryption_key: undefined,
};
const GOOD: ScoreRequest = {
  data_url: "http://127.0.0.1:9/data",
  data_checksum: CHECKSUM,
  data_size: 10n,
  model_manifests: [MODEL],
  target_embedding: new Float32Array(SMALL.dim).fill(1),
  seed: 0n,
};

const engine = new ScoringEngine({
  model: SMALL,
  cache: new BlobCache(temporaryDirectory(), 1_000_000),
  download: { policy: PUBLIC_ONLY, random: () => 0, limits: { retriesMax: 0 } },
});
const desk = new ScoringDesk({ engine, clock: SYSTEM_CLOCK, log: SILENT_LOG });
const methods = scoringMethods({ desk, dim: SMALL.dim });

afterAll(async () => {
  await engine.stop();
  removeTemporary();
});

function methodAt(path: string): Extract<Method, { kind: "Unary" }> {
  const method = methods.find((one) => one.path === path);
  if (method?.kind === "Unary") return method;
  throw new Error(`${path} has one answer`);
}

async function refusal(change: Partial<ScoreRequest>): Promise<GrpcError> {
  const { serve } = methodAt("/scoring.Scoring/Score");
  const bytes = encode(scoreRequest, { ...GOOD, ...change });
  const answer = Promise.resolve(serve(bytes, { signal: new AbortController().signal }));
  const error: unknown = await answer.catch((reason: unknown) => reason);
  if (error instanceof GrpcError) return error;
  throw new Error("the request was taken");
}

test.each<readonly [string, Partial<ScoreRequest>]>([
  ["model_manifests", { model_manifests: [] }],
  ["target_embedding", { target_embedding: new Float32Array(3) }],
  ["target_embedding", { target_embedding: new Float32Array(SMALL.dim).fill(Number.NaN) }],
  ["target_embedding", { target_embedding: new Float32Array(SMALL.dim).fill(Infinity) }],
  ["target_embedding", { target_embedding: new Float32Array(SMALL.dim) }],
  ["data_size", { data_size: 0n }],
  ["data_checksum", { data_checksum: "0" }],
  ["model_manifests[0].checksum", { model_manifests: [{ ...MODEL, checksum: "" }] }],
  ["model_manifests[0].decryption_key", { model_manifests: [{ ...MODEL, decryption_key: "l" }] }],
])("%s is named", async (field, change) => {
  const { code, message } = await refusal(change);
  expect(code).toBe(GRPC_CODE.invalidArgument);
  expect(message).toStartWith(`${field}: `);
});

test("an address that may not be fetched from is the caller's mistake", async () => {
  const { code, message } = await refusal({});
  expect(code).toBe(GRPC_CODE.invalidArgument);
  expect(message).not.toBe("");
});

test("a service that is full says so", async () => {
  const full = new ScoringEngine({
    model: SMALL,
    cache: new BlobCache(temporaryDirectory(), 1_000_000),
    download: { policy: PUBLIC_ONLY, random: () => 0 },
    requestsMax: 0,
  });
  const options = { clock: SYSTEM_CLOCK, log: SILENT_LOG };
  const [score] = scoringMethods({
    desk: new ScoringDesk({ engine: full, ...options }),
    dim: SMALL.dim,
  });
  if (score?.kind !== "Unary") throw new Error("Score has one answer");
  const answer = score.serve(encode(scoreRequest, GOOD), { signal: new AbortController().signal });
  await expect(answer).rejects.toMatchObject({ code: GRPC_CODE.resourceExhausted });
});

test("health", async () => {
  const { serve } = methodAt("/scoring.Scoring/Health");
  const bytes = await serve(new Uint8Array(), { signal: new AbortController().signal });
  expect(bytes).toEqual(encode(healthResponse, { ok: true }));
});
