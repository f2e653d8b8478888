/**
 * Trains the demo models, one each for English prose, source code and binary data, and writes their
 * weights, embeddings and held-back losses to `src/localnet/content/` and the held-back samples to
 * `test/vectors/held-back/`. It takes a few minutes on one core. The packages in `bun.lock` and the
 * seed decide the files: `--check` trains again and compares instead of writing.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { concatBytes, equalBytes, utf8 } from "../src/base/bytes.ts";
import { evaluate, type Evaluation } from "../src/model/compete.ts";
import { SMALL } from "../src/model/config.ts";
import { readWeights, writeWeights } from "../src/model/weights.ts";
import { type Kind, KINDS, readCorpus } from "./demo-weights/corpus.ts";
import { train } from "./demo-weights/train.ts";

const COMMAND = "bun scripts/demo-weights.ts";
const SEED = 1;
const SCORING_SEED = 0n;
const CONTENT = fileURLToPath(new URL("../src/localnet/content/", import.meta.url));
const SAMPLES = fileURLToPath(new URL("../test/vectors/held-back/", import.meta.url));
const SAMPLE_PIECES = 4;

/** Files by path. */
type Files = Map<string, Uint8Array>;

main();

function main(): void {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const files: Files = new Map();
  for (const kind of KINDS) files.set(`${SAMPLES}${kind}.bin`, sampleOf(kind));
  for (const kind of KINDS) files.set(`${CONTENT}${kind}.safetensors`, trainKind(kind));
  report(files);
  if (values.check) check(files);
  else write(files);
}

/** One sequence from each quarter of the documents that training does not see. */
function sampleOf(kind: Kind): Uint8Array {
  const heldBack = concatBytes(...readCorpus(kind).heldBack);
  const pieces = Array.from({ length: SAMPLE_PIECES }, (_, piece) => {
    const start = Math.floor(((piece + 0.5) / SAMPLE_PIECES) * heldBack.length);
    return heldBack.subarray(start, start + SMALL.positions);
  });
  return concatBytes(...pieces);
}

function trainKind(kind: Kind): Uint8Array {
  const source = train(readCorpus(kind).training, SEED, (positions, step, loss) => {
    console.log(`${kind}: ${positions} positions, step ${step}, ${loss.toFixed(3)} nats per byte`);
  });
  return writeWeights(SMALL, source);
}

/** Adds the losses of every model on every sample, and each model's embedding of its own kind. */
function report(files: Files): void {
  const losses: Record<string, Record<string, number>> = {};
  const embeddings: Record<string, number[]> = {};
  for (const model of KINDS) {
    const row: Record<string, number> = {};
    for (const sample of KINDS) row[sample] = evaluateOn(files, model, sample).loss;
    losses[model] = row;
    embeddings[model] = [...evaluateOn(files, model, model).embedding];
  }
  console.table(losses);
  const record = { command: COMMAND, seed: SEED, nats_per_byte_by_model_and_sample: losses };
  files.set(`${CONTENT}losses.json`, utf8(`${JSON.stringify(record, undefined, 2)}\n`));
  files.set(`${CONTENT}embeddings.json`, utf8(`${JSON.stringify(embeddings, undefined, 2)}\n`));
}

function evaluateOn(files: Files, model: Kind, sample: Kind): Evaluation {
  const weights = readWeights(SMALL, files.get(`${CONTENT}${model}.safetensors`)!);
  if (!weights.ok) throw new Error(weights.error.reason);
  return evaluate(SMALL, weights.value, files.get(`${SAMPLES}${sample}.bin`)!, SCORING_SEED);
}

function write(files: Files): void {
  mkdirSync(CONTENT, { recursive: true });
  mkdirSync(SAMPLES, { recursive: true });
  for (const [path, bytes] of files) writeFileSync(path, bytes);
}

function check(files: Files): void {
  for (const [path, bytes] of files) {
    const same = equalBytes(readFileSync(path), bytes);
    console.log(`${same ? "same" : "DIFFERENT"}: ${path}`);
    if (!same) process.exitCode = 1;
  }
}
