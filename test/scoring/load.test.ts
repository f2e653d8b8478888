/**
 * Many requests at once, for more models than memory and disk have room for, some of them no good
 * and some callers gone half way: whoever is answered is answered rightly, the budgets hold, and
 * when all is over nothing is held any more.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { fromHex } from "../../src/base/bytes.ts";
import { SomaError } from "../../src/base/errors.ts";
import { Prng } from "../../src/base/prng.ts";
import { BlobCache } from "../../src/blobs/cache.ts";
import { applyAesCtr } from "../../src/crypto/aes-ctr.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { SMALL } from "../../src/model/config.ts";
import { initialWeights, writeWeights } from "../../src/model/weights.ts";
import { residentBytes } from "../../src/runtime/plan.ts";
import type { ScoringEngine } from "../../src/scoring/engine.ts";
import type { ScoreVerdict } from "../../src/scoring/job.ts";
import type { ModelSource, SupplyWatch } from "../../src/scoring/supply.ts";
import { closeHosts } from "../blobs/blob-server.ts";
import { chunks, failureOf } from "../conformance/blob-store.ts";
import { randomSeed } from "../conformance/seed.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { DATA, host, openScoring } from "./world.ts";

const KEY = fromHex("07".repeat(32));
const MODELS = 6;
/** The place of the one whose file is no model. */
const GARBAGE = MODELS;
const CALLERS = 6;
const REQUESTS = 12;
/** What may become of a request that is no caller's fault and no bug. */
const EXPECTED = /^(blob_quota|scoring_busy|scoring_cancelled|blob_cancelled)$/;

afterAll(() => {
  closeHosts();
  removeTemporary();
});

/** Every second one is encrypted. */
function sourceOf(place: number): ModelSource {
  const plain =
    place === GARBAGE ? new Uint8Array(900) : writeWeights(SMALL, initialWeights(BigInt(place)));
  const decryptionKey = place % 2 === 1 ? KEY : undefined;
  const file = decryptionKey ? applyAesCtr(decryptionKey, plain) : plain;
  const { url } = host(file);
  return { url, checksum: blake2b256Hex(file), sizeBytes: file.length, decryptionKey };
}

const sources = Array.from({ length: MODELS + 1 }, (_, place) => sourceOf(place));
const { sizeBytes } = sources[0]!;

async function lossesAlone(): Promise<number[]> {
  const { engine } = openScoring();
  const models = sources.slice(0, MODELS);
  const request = { data: DATA, models, target: undefined, seed: 0n };
  const { losses } = await engine.score(request);
  await engine.stop();
  return [...losses];
}

function expectRight(
  verdict: ScoreVerdict,
  places: readonly number[],
  alone: readonly number[],
): void {
  const expected = places.map((place) => alone[place] ?? NaN);
  expect(verdict.losses).toEqual(expected);
  const least = Math.min(...expected.filter(Number.isFinite));
  expect(expected[verdict.winner]).toBe(least);
  expect(verdict.leftOut.map(({ model }) => places[model])).toEqual(
    places.filter((place) => place === GARBAGE),
  );
}

/** One that draws which models it wants, and whether it goes away half way. */
class Caller {
  /** Requests that were answered. */
  answered = 0;
  private readonly engine: ScoringEngine;
  private readonly prng: Prng;
  private readonly alone: readonly number[];

  constructor(engine: ScoringEngine, seed: number, alone: readonly number[]) {
    this.engine = engine;
    this.prng = new Prng(seed);
    this.alone = alone;
  }

  async run(): Promise<void> {
    for (let request = 0; request < REQUESTS; request++) await this.ask();
  }

  private async ask(): Promise<void> {
    // One that is good, so that somebody wins.
    const others = Array.from({ length: this.draw(3) }, () => this.draw(MODELS + 1));
    const places = [this.draw(MODELS), ...others];
    const models = places.map((place) => sources[place]!);
    const request = { data: DATA, models, target: undefined, seed: 0n };
    try {
      const verdict = await this.engine.score(request, this.watch());
      expectRight(verdict, places, this.alone);
      this.answered += 1;
    } catch (error) {
      if (!(error instanceof SomaError)) throw error;
      expect(error.code).toMatch(EXPECTED);
    }
  }

  private watch(): SupplyWatch {
    const gone = new AbortController();
    let patience = this.draw(3) === 0 ? this.draw(5) : Infinity;
    const grow = (): void => {
      if (patience-- <= 0) gone.abort();
    };
    return { signal: gone.signal, onProgress: grow, onDownload: grow };
  }

  private draw(end: number): number {
    return Math.floor(this.prng.unit() * end);
  }
}

const seed = randomSeed();

test(`under load, seed ${seed}`, async () => {
  const alone = await lossesAlone();
  const budgetBytes = Math.floor(6.5 * sizeBytes);
  const cache = new BlobCache(temporaryDirectory(), budgetBytes);
  const memoryBytes = Math.floor(2.5 * residentBytes(SMALL));
  const { engine } = openScoring({ cache, memoryBytes, keepsPlain: true, requestsMax: 5 });
  const callers = Array.from(
    { length: CALLERS },
    (_, index) => new Caller(engine, seed + index, alone),
  );
  await Promise.all(callers.map((caller) => caller.run()));

  expect(callers.some(({ answered }) => answered > 0)).toBe(true);
  const { counts } = engine;
  expect(counts).toMatchObject({ pending: 0, devicesLost: 0 });
  expect(counts.cached.bytes).toBeLessThanOrEqual(budgetBytes);
  expect(counts.resident.bytes).toBeLessThanOrEqual(memoryBytes);
  // Everything can make room for a file of the whole budget, so nothing is held or promised.
  const whole = new Uint8Array(budgetBytes);
  const bounds = { bytesMax: budgetBytes, sizeBytes: budgetBytes };
  // What was given up last gives its room back a moment after its caller was told.
  while ((await failureOf(cache.write(chunks(whole), bounds))) === "blob_quota") await Bun.sleep(1);
  expect(cache.usage()).toEqual({ count: 1, bytes: budgetBytes });
  await engine.stop();
});
