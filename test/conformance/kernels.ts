/**
 * What every set of kernels must keep: each one computes what the specification says, at shapes
 * that fit no tile, writes all of its output and nothing beyond it, and gives the same bits again.
 * Inputs are random in every run; outputs are poisoned with NaN before.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { normalArray, uniformArray } from "../../src/crypto/normal.ts";
import { SLICES } from "../../src/model/config.ts";
import { SIGREG_KNOTS } from "../../src/model/sigreg.ts";
import { PAD } from "../../src/model/tokenize.ts";
import type { Block, Kernels, LinearMode } from "../../src/runtime/kernels.ts";
import { plainKernels } from "./plain-kernels.ts";
import { randomSeed } from "./seed.ts";

/** Numbers behind an output that must stay as they are. */
const GUARD = 19;
const TOLERANCE = 1e-5;
const MEMORY = { memoryBytes: 2 ** 32, blockBytesMax: 2 ** 31 };

/** Shapes (rows, depth, width) of linear maps: single ones, primes, whole tiles and around them. */
const LINEAR_SHAPES: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 7, 3],
  [3, 2, 5],
  [5, 16, 264],
  [6, 16, 16],
  [7, 17, 17],
  [37, 36, 70],
  [64, 256, 128],
  [129, 300, 65],
  [130, 257, 131],
  [66, 1030, 34],
];

/** Declares the suite for the kernels that `open` gives. `BACKEND_SEED` repeats a run. */
export function kernelsConformance<B extends Block>(
  name: string,
  open: () => Promise<Kernels<B>>,
): void {
  const seed = randomSeed();

  describe(`kernels ${name}, seed ${seed}`, () => {
    let bench: Bench<B>;
    beforeAll(async () => {
      bench = new Bench(await open(), seed);
    });
    afterAll(() => bench.kernels.close());

    for (const [rows, depth, width] of LINEAR_SHAPES) {
      for (const mode of ["store", "gelu", "add"] as const) {
        test(`linear, ${mode}: ${rows} × ${depth} × ${width}`, () =>
          bench.linear(rows, depth, width, mode));
      }
    }

    for (const [rows, dim] of pairs([1, 5, 130], [2, 16, 36, 301])) {
      test(`norm: ${rows} × ${dim}`, () => bench.norm(rows, dim));
      test(`embed: ${rows} × ${dim}`, () => bench.embed(rows, dim));
    }
    test("norm of numbers far from zero", () => bench.norm(9, 70, 1000));
    test("norm of numbers whose squares are beyond f32", () => bench.norm(9, 70, 0, 1e30));

    for (const [heads, headDim] of pairs([1, 3], [2, 6, 16, 34])) {
      test(`rotate: ${heads} heads of ${headDim}`, () => bench.rotate(11, heads, headDim));
    }

    for (const positions of [1, 2, 5, 16, 33, 70, 131]) {
      for (const [heads, headDim] of pairs([1, 3], [2, 6, 20])) {
        test(`attend: ${positions} positions, ${heads} heads of ${headDim}`, () =>
          bench.attend(2, positions, heads, headDim));
      }
    }
    test("attend: one head of 256", () => bench.attend(1, 40, 1, 256));
    test("attend: scores that are hundreds apart", () => bench.attend(1, 40, 2, 8, 12));

    for (const [rows, vocabulary] of pairs([1, 5, 67], [264, 301])) {
      test(`crossEntropy: ${rows} × ${vocabulary}`, () => bench.crossEntropy(rows, vocabulary));
    }
    test("crossEntropy of logits that are hundreds apart", () => bench.crossEntropy(9, 264, 200));

    for (const rows of [1, 3, 64, 67]) {
      test(`sigreg: ${rows} rows`, () => bench.sigreg(rows, 1));
    }
    test("sigreg of projections far from zero", () => bench.sigreg(5, 40));

    for (const [positions, dim] of pairs([1, 7, 130], [2, 36, 301])) {
      test(`columnSums: ${positions} × ${dim}`, () => bench.columnSums(3, positions, dim));
    }
  });
}

/** How near outputs must be, relative to the largest of them or to `scaleMin`. */
type Closeness = { readonly tolerance?: number; readonly scaleMin?: number };

/** Runs one kernel on random inputs, on the kernels in question and on the plain ones. */
class Bench<B extends Block> {
  readonly kernels: Kernels<B>;
  private stream: bigint;

  constructor(kernels: Kernels<B>, seed: number) {
    this.kernels = kernels;
    this.stream = BigInt(seed) << 16n;
  }

  async linear(rows: number, depth: number, width: number, mode: LinearMode): Promise<void> {
    const [input, weight] = [this.normal(rows * depth), this.normal(depth * width)];
    const [bias, before] = [this.normal(width), this.normal(rows * width)];
    await this.agree(
      rows * width,
      (kernels, out) => {
        if (mode === "add") kernels.write(out, before);
        const blocks = {
          input: kernels.upload(input),
          weight: kernels.weight(weight, depth, width),
          bias: kernels.upload(bias),
        };
        kernels.linear({ out, ...blocks, rows, depth, width, mode });
        return Object.values(blocks);
      },
      // Terms of about 1 may cancel, and the tail of GELU is small beside its argument.
      { scaleMin: 1 },
    );
  }

  async norm(rows: number, dim: number, shift = 0, size = 1): Promise<void> {
    const input = this.normal(rows * dim).map((value) => value * size + shift);
    const [gamma, beta] = [this.normal(dim), this.normal(dim)];
    await this.agree(
      rows * dim,
      (kernels, out) => {
        const blocks = {
          input: kernels.upload(input),
          gamma: kernels.upload(gamma),
          beta: kernels.upload(beta),
        };
        kernels.norm({ out, ...blocks, rows, dim });
        return Object.values(blocks);
      },
      // A row of nearly equal numbers magnifies what f32 rounds.
      { tolerance: shift === 0 ? 1e-4 : 1e-3 },
    );
  }

  async embed(rows: number, dim: number): Promise<void> {
    const table = this.normal(264 * dim);
    const tokens = this.whole(rows, 264);
    await this.agree(rows * dim, (kernels, out) => {
      const blocks = { table: kernels.upload(table), tokens: kernels.upload(tokens) };
      kernels.embed({ out, ...blocks, rows, dim });
      return Object.values(blocks);
    });
  }

  async rotate(rows: number, heads: number, headDim: number): Promise<void> {
    const features = this.normal(rows * heads * headDim);
    const angles = this.normal((rows * headDim) / 2);
    await this.agree(features.length, (kernels, out) => {
      kernels.write(out, features);
      const blocks = {
        cos: kernels.upload(angles.map(Math.cos)),
        sin: kernels.upload(angles.map(Math.sin)),
      };
      kernels.rotate({ features: out, ...blocks, rows, heads, headDim });
      return Object.values(blocks);
    });
  }

  async attend(
    sequences: number,
    positions: number,
    ...[heads, headDim, scale = 1]: readonly [number, number, number?]
  ): Promise<void> {
    const elements = sequences * positions * heads * headDim;
    const query = this.normal(elements).map((value) => value * scale);
    const key = this.normal(elements).map((value) => value * scale);
    const value = this.normal(elements);
    await this.agree(
      elements,
      (kernels, out) => {
        const blocks = {
          query: kernels.upload(query),
          key: kernels.upload(key),
          value: kernels.upload(value),
        };
        kernels.attend({ out, ...blocks, sequences, positions, heads, headDim });
        return Object.values(blocks);
      },
      { tolerance: TOLERANCE * Math.max(1, scale * scale) },
    );
  }

  async crossEntropy(rows: number, vocabulary: number, scale = 3): Promise<void> {
    const logits = this.normal(rows * vocabulary).map((value) => value * scale);
    const targets = this.whole(rows, vocabulary);
    if (rows > 1) targets[rows - 1] = PAD;
    await this.agree(rows, (kernels, out) => {
      const blocks = { logits: kernels.upload(logits), targets: kernels.upload(targets) };
      kernels.crossEntropy({ out, ...blocks, rows, vocabulary });
      return Object.values(blocks);
    });
  }

  async sigreg(rows: number, scale: number): Promise<void> {
    const slices = this.normal(rows * SLICES).map((value) => value * scale);
    const knots = Float32Array.from(SIGREG_KNOTS.flatMap(({ phi, weight }) => [phi, weight]));
    await this.agree(rows, (kernels, out) => {
      const blocks = { slices: kernels.upload(slices), knots: kernels.upload(knots) };
      kernels.sigreg({ out, ...blocks, rows });
      return Object.values(blocks);
    });
  }

  async columnSums(sequences: number, positions: number, dim: number): Promise<void> {
    const input = this.normal(sequences * positions * dim);
    await this.agree(sequences * dim, (kernels, out) => {
      const block = kernels.upload(input);
      kernels.columnSums({ out, input: block, sequences, positions, dim });
      return [block];
    });
  }

  /** Runs `work` twice here and once on plain kernels, and compares outputs of `elements`. */
  private async agree(
    elements: number,
    work: <K extends Block>(kernels: Kernels<K>, out: K) => K[],
    { tolerance = TOLERANCE, scaleMin = 1e-3 }: Closeness = {},
  ): Promise<void> {
    const first = await runPoisoned(this.kernels, elements, work);
    const second = await runPoisoned(this.kernels, elements, work);
    const plain = await runPoisoned(plainKernels(MEMORY), elements, work);
    expect(new Uint8Array(second.buffer)).toEqual(new Uint8Array(first.buffer));
    const scale = Math.max(...plain.subarray(0, elements).map(Math.abs), scaleMin);
    for (let i = 0; i < elements; i++) {
      const error = Math.abs(first[i]! - plain[i]!) / scale;
      if (!(error <= tolerance)) {
        expect(`element ${i}: ${first[i]}`).toBe(`element ${i}: ${plain[i]}`);
      }
    }
    expect(first.subarray(elements).every(Number.isNaN)).toBe(true);
  }

  private normal(count: number): Float32Array {
    return normalArray(this.stream++, count);
  }

  private whole(count: number, limit: number): Uint32Array {
    return Uint32Array.from(uniformArray(this.stream++, count, 0, limit), Math.floor);
  }
}

/** What `work` leaves in a block that was full of NaN, and GUARD numbers behind it. */
async function runPoisoned<K extends Block>(
  kernels: Kernels<K>,
  elements: number,
  work: (kernels: Kernels<K>, out: K) => K[],
): Promise<Float32Array> {
  const out = kernels.upload(new Float32Array(elements + GUARD).fill(NaN));
  const inputs = work(kernels, out);
  const result = await kernels.read(out, elements + GUARD);
  for (const block of [...inputs, out]) kernels.free(block);
  return result;
}

function pairs(left: readonly number[], right: readonly number[]): [number, number][] {
  return left.flatMap((a) => right.map((b): [number, number] => [a, b]));
}
