/**
 * The kernels of `runtime/kernels` as calls of WGSL kernels. Attention takes three of them, with
 * the scores of a few sequences at a time in a block of its own.
 *
 * @module
 */
import { SLICES } from "../../model/config.ts";
import { SIGREG_KNOTS } from "../../model/sigreg.ts";
import type {
  AttendArgs,
  ColumnSumsArgs,
  CrossEntropyArgs,
  EmbedArgs,
  KernelLimits,
  Kernels,
  LinearArgs,
  NormArgs,
  RotateArgs,
  SigregArgs,
} from "../kernels.ts";
import type { GpuBlock, GpuQueue } from "./queue.ts";

/** The depth and the width of a tile: weights are padded with zeros to whole ones. */
const TILE_DEPTH = 16;
const TILE_WIDTH = 64;
const BYTES = 4;
/** What the scores of attention may take, unless those of one sequence need more. */
export const SCORES_BYTES: number = 2 ** 26;

/** Kernels on a WebGPU device. */
export class WgpuKernels implements Kernels<GpuBlock> {
  readonly limits: KernelLimits;
  private readonly queue: GpuQueue;
  /** The scores of attention; grows to the largest need. */
  private scores: GpuBlock | undefined;

  constructor(queue: GpuQueue, memoryBytes: number) {
    const { maxBufferSize, maxStorageBufferBindingSize } = queue.limits;
    this.queue = queue;
    this.limits = {
      memoryBytes: memoryBytes - SCORES_BYTES,
      blockBytesMax: Math.min(maxBufferSize, maxStorageBufferBindingSize),
    };
  }

  alloc(elements: number): GpuBlock {
    return this.queue.alloc(elements);
  }

  upload(values: Float32Array | Uint32Array): GpuBlock {
    const block = this.alloc(values.length);
    this.write(block, values);
    return block;
  }

  weight(values: Float32Array, depth: number, width: number): GpuBlock {
    return this.upload(padded(values, depth, width));
  }

  write(block: GpuBlock, values: Float32Array | Uint32Array): void {
    this.queue.write(block, values);
  }

  read(block: GpuBlock, elements: number): Promise<Float32Array> {
    return this.queue.read(block, elements);
  }

  free(block: GpuBlock): void {
    this.queue.free(block);
  }

  settle(): Promise<void> {
    return this.queue.finish();
  }

  async close(): Promise<void> {
    await this.queue.finish();
    this.queue.close();
  }

  embed({ out, table, tokens, rows, dim }: EmbedArgs<GpuBlock>): void {
    this.queue.call("embed", { dim, features: dim, rows }, [
      [tokens, rows],
      [table, table.elements],
      [out, rows * dim],
    ]);
  }

  norm({ out, input, gamma, beta, rows, dim }: NormArgs<GpuBlock>): void {
    this.queue.call("norm", { dim, rows }, [
      [input, rows * dim],
      [gamma, dim],
      [beta, dim],
      [out, rows * dim],
    ]);
  }

  linear({ out, input, weight, bias, rows, depth, width, mode }: LinearArgs<GpuBlock>): void {
    const shape = { rows, depth, width, accumulate: mode === "add" ? 1 : 0 };
    this.queue.call("linear", shape, [
      [input, rows * depth],
      [weight, weight.elements],
      [bias, width],
      [out, rows * width],
    ]);
    if (mode !== "gelu") return;
    this.queue.call("gelu", { width, features: width, rows }, [[out, rows * width]]);
  }

  rotate({ features, cos, sin, rows, heads, headDim }: RotateArgs<GpuBlock>): void {
    const dim = heads * headDim;
    this.queue.call("rotate", { dim, headDim, features: dim / 2, rows }, [
      [cos, (rows * headDim) / 2],
      [sin, (rows * headDim) / 2],
      [features, rows * dim],
    ]);
  }

  attend(args: AttendArgs<GpuBlock>): void {
    const { sequences, positions, heads } = args;
    const elements = heads * positions * positions;
    const some = Math.min(sequences, Math.max(1, Math.floor(SCORES_BYTES / BYTES / elements)));
    for (let first = 0; first < sequences; first += some) {
      this.attendSome(args, first, Math.min(some, sequences - first));
    }
  }

  crossEntropy({ out, logits, targets, rows, vocabulary }: CrossEntropyArgs<GpuBlock>): void {
    this.queue.call("crossEntropy", { vocabulary, rows }, [
      [logits, rows * vocabulary],
      [targets, rows],
      [out, rows],
    ]);
  }

  sigreg({ out, slices, knots, rows }: SigregArgs<GpuBlock>): void {
    this.queue.call("sigreg", { rows }, [
      [slices, rows * SLICES],
      [knots, 2 * SIGREG_KNOTS.length],
      [out, rows],
    ]);
  }

  columnSums({ out, input, sequences, positions, dim }: ColumnSumsArgs<GpuBlock>): void {
    const shape = { dim, positions, features: dim, rows: sequences };
    this.queue.call("columnSums", shape, [
      [input, sequences * positions * dim],
      [out, sequences * dim],
    ]);
  }

  private attendSome(args: AttendArgs<GpuBlock>, first: number, sequences: number): void {
    const { out, query, key, value, positions, heads, headDim } = args;
    const [dim, batches] = [heads * headDim, sequences * heads];
    const shape = { first, dim, headDim, positions, batches };
    const whole = args.sequences * positions * dim;
    const scores = [this.scoresOf(batches * positions ** 2), batches * positions ** 2] as const;
    this.queue.call("scores", shape, [[query, whole], [key, whole], scores]);
    this.queue.call("softmax", shape, [scores]);
    this.queue.call("mix", shape, [scores, [value, whole], [out, whole]]);
  }

  private scoresOf(elements: number): GpuBlock {
    if (this.scores === undefined || this.scores.elements < elements) {
      if (this.scores !== undefined) this.free(this.scores);
      this.scores = this.alloc(elements);
    }
    return this.scores;
  }
}

/** `values`, (depth, width), with zeros behind its rows and below them up to whole tiles. */
function padded(values: Float32Array, depth: number, width: number): Float32Array {
  const columns = Math.ceil(width / TILE_WIDTH) * TILE_WIDTH;
  const rows = Math.ceil(depth / TILE_DEPTH) * TILE_DEPTH;
  if (rows === depth && columns === width) return values;
  const all = new Float32Array(rows * columns);
  for (let row = 0; row < depth; row++) {
    all.set(values.subarray(row * width, (row + 1) * width), row * columns);
  }
  return all;
}
