/**
 * Judging targets from evaluations of single models, against competitions of all of them together.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { BlobCache } from "../../src/blobs/cache.ts";
import { WITH_LOOPBACK } from "../../src/blobs/guard.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { normalArray } from "../../src/crypto/normal.ts";
import { SMALL } from "../../src/model/config.ts";
import { type Arena, Contender } from "../../src/scoring/contender.ts";
import { ScoringEngine } from "../../src/scoring/engine.ts";
import {
  type Competitor,
  evaluateModels,
  type JudgedTarget,
  judgeTarget,
} from "../../src/scoring/judge.ts";
import { type ObjectId, toObjectId } from "../../src/types/address.ts";

const CONTENT = new URL("../../src/localnet/content/", import.meta.url);
const KINDS = ["english", "code", "binary"] as const;
const NOWHERE = "http://127.0.0.1:9/";
const DATA = readFileSync(new URL("../vectors/held-back/code.bin", import.meta.url)).subarray(
  0,
  1_000,
);

const directory = mkdtempSync(join(tmpdir(), "soma-test-"));
const blobs = new BlobCache(directory, 1024 * 1024);
const engine = new ScoringEngine({
  model: SMALL,
  cache: blobs,
  download: { policy: WITH_LOOPBACK, random: () => 0.5, limits: { retriesMax: 0 } },
});
const models = new Map<ObjectId, Competitor>();
const [english, code, binary, lost] = [1, 2, 3, 4].map(idOf) as [
  ObjectId,
  ObjectId,
  ObjectId,
  ObjectId,
];

beforeAll(async () => {
  for (const [index, kind] of KINDS.entries()) {
    const file = readFileSync(new URL(`${kind}.safetensors`, CONTENT));
    await blobs.write(chunks(file), { bytesMax: file.length });
    models.set(idOf(index + 1), sourceOf(blake2b256Hex(file), file.length));
  }
  // Its host does not answer: port 9 is the one that discards.
  models.set(lost, sourceOf("00".repeat(32), 100));
});

afterAll(async () => {
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function* chunks(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}

function idOf(number: number): ObjectId {
  return toObjectId(number.toString(16).padStart(64, "0"));
}

function sourceOf(checksum: string, sizeBytes: number): Competitor {
  return { checksum, sizeBytes, urls: [NOWHERE], decryptionKey: undefined };
}

function targetOf(number: number, fields: Partial<JudgedTarget> = {}): JudgedTarget {
  return {
    id: idOf(100 + number),
    modelIds: [english, code, binary],
    embedding: normalArray(BigInt(number), SMALL.dim),
    threshold: 2,
    reward: 10n,
    ...fields,
  };
}

function arenaOf(targets: readonly JudgedTarget[]): Arena {
  return {
    openTargets: async () => targets,
    modelSources: async (ids) => new Map([...models].filter(([id]) => ids.includes(id))),
  };
}

test("a target is judged as a competition of its models would be", async () => {
  const seen: number[] = [];
  const evaluations = await evaluateModels(
    engine,
    DATA,
    new Map([...models].filter(([id]) => id !== lost)),
    { onProgress: ({ done, total }) => seen.push(done / total) },
  );
  for (const modelIds of [[english, code, binary], [binary, english], [code]]) {
    const target = targetOf(1, { modelIds });
    const verdict = judgeTarget(target, evaluations)!;
    const sources = modelIds.map((id) => ({ ...models.get(id)!, url: NOWHERE }));
    const whole = await engine.score({
      data: DATA,
      models: sources,
      target: target.embedding,
      seed: 0n,
    });
    expect(verdict.losses).toEqual([...whole.losses]);
    expect(verdict.winner).toBe(modelIds[whole.winner]!);
    expect(verdict.distance).toBe(whole.distance!);
    expect(verdict.embedding).toEqual(whole.embedding);
  }
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual([...seen].sort((left, right) => left - right));
});

test("the best target has the highest reward, then the widest margin", async () => {
  const near = models.size;
  const targets = [
    targetOf(1, { threshold: -1 }),
    targetOf(2),
    targetOf(near, { reward: 11n, threshold: 1.999 }),
    targetOf(2, { id: idOf(200), threshold: 3 }),
  ];
  const contest = await new Contender(engine, arenaOf(targets), DATA).compete();
  expect(contest.winning.map(({ target }) => target.id)).toEqual(
    [targets[2]!, targets[3]!, targets[1]!].map(({ id }) => id),
  );
  expect(contest.targetCount).toBe(4);
  expect(contest.nearest?.target.id).toBe(idOf(200));
});

test("a model that cannot be fetched costs the targets that list it, not the others", async () => {
  const unknown = idOf(5);
  const targets = [
    targetOf(1, { modelIds: [code, lost] }),
    targetOf(2, { modelIds: [code, unknown] }),
    targetOf(3, { modelIds: [code] }),
  ];
  const contest = await new Contender(engine, arenaOf(targets), DATA).compete();
  expect(contest.winning.map(({ target }) => target.id)).toEqual([targets[2]!.id]);
  expect([...contest.unscored].map(([id, error]) => [id, error.code])).toEqual([
    [lost, "blob_unreachable"],
    [unknown, "weights_unknown"],
  ]);
});

test("weights are asked for at one place after another; a wrong file ends the search", async () => {
  const file = new Uint8Array(readFileSync(new URL("english.safetensors", CONTENT)));
  using server = Bun.serve({
    port: 0,
    fetch: ({ url }) => new Response(url.endsWith("/there") ? file : "", { status: 200 }),
  });
  const place = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
  const encrypted = { checksum: blake2b256Hex(file), sizeBytes: file.length };
  const key = new Uint8Array(32);
  const source = { ...encrypted, decryptionKey: undefined };
  const found: Competitor = { ...source, urls: [NOWHERE, place("/short"), place("/there")] };
  const wrong: Competitor = { ...source, decryptionKey: key, urls: [place("/there"), NOWHERE] };
  await blobs.remove(source.checksum);
  const evaluations = await evaluateModels(
    engine,
    DATA,
    new Map([
      [english, found],
      [code, wrong],
    ]),
  );
  expect(evaluations.get(english)).toHaveProperty("loss");
  expect(evaluations.get(code)).toHaveProperty("code", "wrong_key");
  expect(evaluations.get(code)).toHaveProperty("message", expect.stringContaining(code));
});

test("taken targets are passed over; when all are taken they are looked up again", async () => {
  const first = [targetOf(1), targetOf(2)];
  const second = [targetOf(3)];
  let looks = 0;
  const arena: Arena = {
    ...arenaOf([]),
    openTargets: async () => (looks++ === 0 ? first : second),
  };
  const contender = new Contender(engine, arena, DATA);
  const tried: ObjectId[] = [];
  const entry = await contender.enter(await contender.compete(), async ({ target }) => {
    tried.push(target.id);
    return target.id === second[0]!.id ? { kind: "Sent", sent: "digest" } : { kind: "Taken" };
  });
  expect(tried.slice(0, 2).sort()).toEqual(first.map(({ id }) => id));
  expect(entry).toMatchObject({ kind: "Sent", sent: "digest" });
  expect(tried).toHaveLength(3);
});

test("when every target is taken again and again the submission ends", async () => {
  let attempts = 0;
  const contender = new Contender(engine, arenaOf([targetOf(1)]), DATA);
  const entry = await contender.enter(await contender.compete(), async () => {
    attempts++;
    return { kind: "Taken" };
  });
  expect(entry.kind).toBe("NoTarget");
  expect(attempts).toBe(4);
});

test("a cancelled evaluation is an error, not a model without one", async () => {
  const watch = { signal: AbortSignal.abort() };
  const contender = new Contender(engine, arenaOf([targetOf(1)]), DATA);
  expect(contender.compete(watch)).rejects.toBeInstanceOf(SomaError);
});
