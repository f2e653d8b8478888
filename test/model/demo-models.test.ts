/**
 * The committed demo models have learned their kind of bytes, and their records are true.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";

import { evaluate } from "../../src/model/compete.ts";
import { SMALL } from "../../src/model/config.ts";
import { weightsFaultText } from "../../src/model/safetensors.ts";
import { buildWeights, readTensors } from "../../src/model/weights.ts";
import { compete } from "../../src/runtime/compete.ts";
import { openWasm } from "../../src/runtime/cpu/open.ts";
import { worstError } from "../vectors/scoring.ts";

const cpu = await openWasm(1);
afterAll(() => cpu.close());

const KINDS = ["english", "code", "binary"] as const;
const CONTENT = new URL("../../src/localnet/content/", import.meta.url);
const SAMPLES = new URL("../vectors/held-back/", import.meta.url);
const MARGIN = 0.3;

type ByKind<T> = Readonly<Record<(typeof KINDS)[number], T>>;
type Losses = { readonly nats_per_byte_by_model_and_sample: ByKind<ByKind<number>> };

const recorded: Losses = json("losses.json");
const embeddings: ByKind<readonly number[]> = json("embeddings.json");
const tensors = KINDS.map((kind) => {
  const read = readTensors(SMALL, readFileSync(new URL(`${kind}.safetensors`, CONTENT)));
  if (!read.ok) throw new Error(weightsFaultText(read.error));
  return read.value;
});

for (const [index, kind] of KINDS.entries()) {
  const sample = readFileSync(new URL(`${kind}.bin`, SAMPLES));

  test(`the ${kind} model beats the others on its own kind by ${MARGIN} nats`, async () => {
    const models = await Promise.all(tensors.map((each) => cpu.load(SMALL, each)));
    const target = Float32Array.from(embeddings[kind]);
    const verdict = await compete({ models, data: sample, seed: 0n, target });
    const others = verdict.losses.filter((_, other) => other !== index);
    expect(Math.min(...others) - verdict.losses[index]!).toBeGreaterThan(MARGIN);
    expect(verdict.winner).toBe(index);
    // Its embedding is its own mean over this very sample.
    expect(Math.abs(verdict.distance!)).toBeLessThan(1e-6);
    const expected = KINDS.map((model) => recorded.nats_per_byte_by_model_and_sample[model][kind]);
    expect(worstError(verdict.losses, expected)).toBeLessThan(1e-5);
  });

  test(`the ${kind} model's file is about 50 KB`, () => {
    const { size } = statSync(new URL(`${kind}.safetensors`, CONTENT));
    expect(size).toBeGreaterThan(45_000);
    expect(size).toBeLessThan(60_000);
  });
}

test("the specification gives the same loss", async () => {
  const sample = readFileSync(new URL("code.bin", SAMPLES)).subarray(0, 700);
  const models = [await cpu.load(SMALL, tensors[1]!)];
  const { losses } = await compete({ models, data: sample, seed: 3n, target: undefined });
  const weights = buildWeights(SMALL, tensors[1]!);
  expect(worstError(losses, [evaluate(SMALL, weights, sample, 3n).loss])).toBeLessThan(1e-5);
});

function json<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, CONTENT), "utf8"));
}
