/**
 * A scoring service under test: a real engine behind its routes, and hosts on loopback that have
 * what a request names, or misbehave.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { SILENT_LOG } from "../../src/base/log.ts";
import { BlobCache } from "../../src/blobs/cache.ts";
import type { DownloadLimits } from "../../src/blobs/download.ts";
import { WITH_LOOPBACK } from "../../src/blobs/guard.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { normalArray } from "../../src/crypto/normal.ts";
import { SMALL } from "../../src/model/config.ts";
import { ScoringDesk } from "../../src/scoring/desk.ts";
import { type EngineConfig, ScoringEngine } from "../../src/scoring/engine.ts";
import { createScoringApp } from "../../src/scoring/service.ts";
import { toDigest } from "../../src/types/address.ts";
import { formatDigest } from "../../src/types/text.ts";
import { answerWith, type BlobHost, serveHttp } from "../blobs/blob-server.ts";
import { temporaryDirectory } from "../storage/temporary.ts";

/** A file as a request names it. */
export type Named = { readonly url: string; readonly checksum: string; readonly size: string };

/** An answer of the service. */
export type Answer = { readonly status: number; readonly json: Record<string, unknown> };

/** The service. */
export type Scoring = {
  readonly engine: ScoringEngine;
  readonly app: ReturnType<typeof createScoringApp>;
  readonly score: (request: unknown, signal?: AbortSignal) => Promise<Answer>;
  /** A number of `/metrics`, by its name without `soma_scoring_`. */
  readonly metric: (name: string) => Promise<number>;
};

/** Data that the demo models know something of. */
export const DATA: Uint8Array = new TextEncoder().encode("What is written here is scored.");

const LIMITS: Partial<DownloadLimits> = {
  retriesMax: 1,
  stallMs: 300,
  backoff: { firstMs: 1, maxMs: 1 },
};

/** Opens a service for small models, whose files may come from loopback. */
export function openScoring(
  options: Partial<EngineConfig> & { readonly cacheBytes?: number } = {},
): Scoring {
  const { cacheBytes = 10_000_000, ...config } = options;
  const engine = new ScoringEngine({
    model: SMALL,
    cache: new BlobCache(temporaryDirectory(), cacheBytes),
    download: { policy: WITH_LOOPBACK, random: () => 0, limits: LIMITS },
    ...config,
  });
  const desk = new ScoringDesk({ engine, clock: SYSTEM_CLOCK, log: SILENT_LOG });
  const app = createScoringApp({ desk, dim: SMALL.dim, log: SILENT_LOG });
  const score: Scoring["score"] = async (request, signal) => {
    const body = JSON.stringify(request);
    const init = { method: "POST", body, ...(signal && { signal }) };
    const response = await app.request("/score", init);
    return { status: response.status, json: (await response.json()) as Answer["json"] };
  };
  const metric = async (name: string): Promise<number> => {
    const headers = { accept: "text/plain" };
    const text = await (await app.request("/metrics", { headers })).text();
    const line = new RegExp(`^soma_scoring_${name.replace(/[{}"]/g, "\\$&")} (.*)$`, "m");
    return Number(line.exec(text)?.[1]);
  };
  return { engine, app, score, metric };
}

/** The plain weights of a demo model. */
export function weightsOf(name: "binary" | "code" | "english"): Uint8Array {
  const path = join(import.meta.dir, `../../src/localnet/content/${name}.safetensors`);
  return new Uint8Array(readFileSync(path));
}

/** Hosts `bytes`, counting requests. */
export function host(bytes: Uint8Array): Named & Pick<BlobHost, "requests"> {
  const { url, requests } = serveHttp((request) => answerWith(bytes, request));
  return { ...describe(bytes, url), requests };
}

/** What a request says of `bytes` that are said to be at `url`. */
export function describe(bytes: Uint8Array, url: string): Named {
  const checksum = formatDigest(toDigest(blake2b256Hex(bytes)));
  return { url, checksum, size: String(bytes.length) };
}

/** The body of a request. */
export function requestOf(
  data: Named,
  models: readonly (Named & { readonly decryption_key?: string })[],
): Record<string, unknown> {
  return {
    data_url: data.url,
    data_checksum: data.checksum,
    data_size: data.size,
    model_manifests: models.map(({ url, checksum, size, decryption_key: key }) => {
      return { url, checksum, size, ...(key !== undefined && { decryption_key: key }) };
    }),
    target_embedding: [...normalArray(3n, SMALL.dim)],
  };
}
