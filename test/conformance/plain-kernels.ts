/**
 * The kernels in plain JavaScript, made of the specification's own functions: what others are
 * compared with, and what shows that the suite itself is right.
 *
 * @module
 */
import { assert } from "../../src/base/assert.ts";
import { mix } from "../../src/model/attention.ts";
import { SLICES } from "../../src/model/config.ts";
import { gelu, layerNorm, linear } from "../../src/model/layers.ts";
import { crossEntropySum } from "../../src/model/loss.ts";
import { rotate } from "../../src/model/rope.ts";
import { sigregOf } from "../../src/model/sigreg.ts";
import type { Kernels } from "../../src/runtime/kernels.ts";

/** Numbers in an array. */
export type PlainBlock = { elements: number; values: Float32Array; whole: Uint32Array };

/** Kernels on arrays, with as much memory as `limits` says. */
export function plainKernels(limits: Kernels["limits"]): Kernels<PlainBlock> {
  let bytes = 0;
  const alloc = (elements: number): PlainBlock => {
    bytes += elements * 4;
    assert(bytes <= limits.memoryBytes, "the plan of memory is kept");
    assert(elements * 4 <= limits.blockBytesMax, "no block is too large");
    const buffer = new ArrayBuffer(elements * 4);
    return { elements, values: new Float32Array(buffer), whole: new Uint32Array(buffer) };
  };
  const write = (block: PlainBlock, values: Float32Array | Uint32Array): void =>
    (values instanceof Float32Array ? block.values : block.whole).set(values);
  const upload = (values: Float32Array | Uint32Array): PlainBlock => {
    const block = alloc(values.length);
    write(block, values);
    return block;
  };
  return {
    limits,
    alloc,
    upload,
    write,
    weight: (values) => upload(values),
    read: (block, elements) => Promise.resolve(block.values.slice(0, elements)),
    free: (block) => {
      assert(block.elements > 0, "a block is freed once");
      bytes -= block.elements * 4;
      block.elements = 0;
    },
    close: () => Promise.resolve(),
    ...COMPUTED,
  };
}

const COMPUTED: Pick<
  Kernels<PlainBlock>,
  "embed" | "norm" | "linear" | "rotate" | "attend" | "crossEntropy" | "sigreg" | "columnSums"
> = {
  embed: ({ out, table, tokens, rows, dim }) => {
    for (let row = 0; row < rows; row++) {
      const token = tokens.whole[row]!;
      out.values.set(table.values.subarray(token * dim, (token + 1) * dim), row * dim);
    }
  },
  norm: ({ out, input, gamma, beta, rows, dim }) => {
    const scale = { gamma: gamma.values.subarray(0, dim), beta: beta.values.subarray(0, dim) };
    out.values.set(layerNorm(input.values.subarray(0, rows * dim), scale));
  },
  linear: ({ out, input, weight, bias, rows, depth, width, mode }) => {
    const result = linear(input.values.subarray(0, rows * depth), {
      weight: weight.values.subarray(0, depth * width),
      bias: bias.values.subarray(0, width),
    });
    for (const [i, value] of result.entries()) {
      if (mode === "gelu") out.values[i] = gelu(value);
      else out.values[i] = mode === "add" ? out.values[i]! + value : value;
    }
  },
  rotate: ({ features, cos, sin, rows, heads, headDim }) => {
    const half = (rows * headDim) / 2;
    const table = { cos: cos.values.subarray(0, half), sin: sin.values.subarray(0, half) };
    rotate(features.values.subarray(0, rows * heads * headDim), table, headDim);
  },
  attend: ({ out, query, key, value, sequences, positions, heads, headDim }) => {
    const dim = heads * headDim;
    for (let at = 0; at < sequences; at++) {
      const [from, to] = [at * positions * dim, (at + 1) * positions * dim];
      const part = ({ values }: PlainBlock): Float32Array => values.subarray(from, to);
      const features = { query: part(query), key: part(key), value: part(value), dim, headDim };
      out.values.set(mix(features), from);
    }
  },
  crossEntropy: ({ out, logits, targets, rows, vocabulary }) => {
    for (let row = 0; row < rows; row++) {
      const scores = logits.values.subarray(row * vocabulary, (row + 1) * vocabulary);
      out.values[row] = crossEntropySum(scores, Uint16Array.of(targets.whole[row]!));
    }
  },
  sigreg: ({ out, slices, rows }) => {
    for (let row = 0; row < rows; row++) {
      const own = slices.values.subarray(row * SLICES, (row + 1) * SLICES);
      out.values[row] = sigregOf(Float64Array.from(own));
    }
  },
  columnSums: ({ out, input, sequences, positions, dim }) => {
    for (let at = 0; at < sequences; at++) {
      const sums = new Float64Array(dim);
      for (let i = 0; i < positions * dim; i++) {
        sums[i % dim]! += input.values[at * positions * dim + i]!;
      }
      out.values.set(sums, at * dim);
    }
  },
};
