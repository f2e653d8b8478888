/**
 * The known answer that every backend must give before it is trusted. A small model with sizes
 * that fit no tile reads whole and short sequences, far into a file too; the answer is that of the
 * specification.
 * Drivers exist that answer garbage without an error, so nobody's word is taken for it.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { normalArray } from "../crypto/normal.ts";
import { batchDirections, scoreSequence, type Sums } from "../model/compete.ts";
import { type ModelConfig, SMALL } from "../model/config.ts";
import { type Sequence, sequenceAt } from "../model/tokenize.ts";
import { buildWeights, type TensorSource } from "../model/weights.ts";
import type { Backend } from "./backend.ts";

const CONFIG: ModelConfig = { ...SMALL, dim: 36, hidden: 70, layers: 2, heads: 3, positions: 37 };
const SEED = 0x50_4f_4f_46n;
const DATA_BYTES = 1_048_000;
/** The first sequence; one near a mebibyte; the last, which is short. */
const INDICES: readonly number[] = [0, 28_000, Math.floor(DATA_BYTES / CONFIG.positions)];
/** How far an answer may be off, relative to the largest number of its kind. */
const TOLERANCE = 1e-4;

/** Throws what is wrong with the answer of `backend`, if anything is. */
export async function proveBackend(backend: Backend): Promise<void> {
  const data = Uint8Array.from({ length: DATA_BYTES }, (_, offset) => (offset * offset + 7) % 251);
  const sequences = INDICES.map((index) => sequenceAt(data, index, CONFIG.positions));
  const directions = batchDirections(CONFIG, SEED, 0);
  const source = knownTensors();
  const model = await backend.load(CONFIG, source);
  const parts = await model.score(sequences, directions);
  await model.unload();
  const fault = compareAnswer(numbersOf(parts), numbersOf(knownAnswer(source, sequences)));
  if (fault === undefined) return;
  throw new SomaError("backend_wrong", `${backend.name} (${backend.adapter.name}): ${fault}`, {
    hint: "its driver computes wrongly; choose another --device",
  });
}

/** What is wrong with `actual`, if anything is. */
function compareAnswer(actual: readonly number[], expected: readonly number[]): string | undefined {
  const scale = Math.max(...expected.map(Math.abs));
  for (const [index, value] of expected.entries()) {
    const answer = actual[index]!;
    if (Math.abs(answer - value) <= TOLERANCE * scale) continue;
    return `number ${index} of the known answer is ${answer} instead of ${value}`;
  }
  return undefined;
}

function knownAnswer(source: TensorSource, sequences: readonly Sequence[]): Sums[] {
  const weights = buildWeights(CONFIG, source);
  const directions = batchDirections(CONFIG, SEED, 0);
  return sequences.map((sequence) => scoreSequence(CONFIG, weights, sequence, directions));
}

/** Cross entropy and SIGReg a position, then the mean representation. */
function numbersOf(parts: readonly Sums[]): number[] {
  const positions = parts.reduce((sum, part) => sum + part.positions, 0);
  const mean = (pick: (part: Sums) => number): number =>
    parts.reduce((sum, part) => sum + pick(part), 0) / positions;
  return [
    mean((part) => part.crossEntropy),
    mean((part) => part.sigreg),
    ...Array.from({ length: CONFIG.dim }, (_, i) => mean((part) => part.representation[i]!)),
  ];
}

/** Every tensor from a stream of its own; the names are in the order of the model. */
function knownTensors(): TensorSource {
  const tensors = new Map<string, Float32Array>();
  buildWeights(CONFIG, (name, shape) => {
    const count = shape.reduce((product, side) => product * side, 1);
    tensors.set(name, normalArray(SEED + BigInt(tensors.size), count));
  });
  return (name) => tensors.get(name)!;
}
