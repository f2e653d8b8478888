/**
 * The kernels in WebAssembly with SIMD, on all cores. Results do not depend on how many threads
 * there are: each number is computed by one of them, in an order that the shapes decide.
 *
 * @module
 */
import { totalmem } from "node:os";

import type {
  AttendArgs,
  Block,
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
import { Heap } from "./heap.ts";
import type { Job } from "./job.ts";
import { attendScratchBytes } from "./source/attention.ts";
import { SIGREG_SCRATCH_BYTES } from "./source/losses.ts";
import { ADD, GELU, LINEAR_SCRATCH_BYTES, TILE_COLUMNS } from "./source/matmul.ts";
import { buildKernels, PAGES_MAX } from "./source/module.ts";
import { Threads } from "./threads.ts";

/** A piece of the shared memory. */
export type WasmBlock = Block & { readonly address: number };

const MODES = { store: 0, gelu: GELU, add: ADD } as const;
const ADDRESSED_BYTES = 4 * 1024 * 1024 * 1024;
/** What threads take beside the blocks. */
const RESERVE_BYTES = 256 * 1024 * 1024;
/** Rows that make the packing of weights and the waking of threads cheap. */
const ROWS_ENOUGH = 1024;
/** Less work than this, in numbers touched, is not worth waking others. */
const SHARED_WORK_MIN = 8192;

/** Kernels on a memory of their own. */
export class WasmKernels implements Kernels<WasmBlock> {
  readonly limits: KernelLimits;
  private readonly heap: Heap;
  private readonly threads: Threads;
  private scratch: { readonly address: number; readonly bytes: number } | undefined;

  private constructor(heap: Heap, threads: Threads) {
    const memoryBytes = Math.min(ADDRESSED_BYTES, totalmem() / 2) - RESERVE_BYTES;
    this.limits = { memoryBytes, blockBytesMax: memoryBytes, rowsEnough: ROWS_ENOUGH };
    this.heap = heap;
    this.threads = threads;
  }

  /** Builds the kernels and starts their threads. */
  static async open(threads: number): Promise<WasmKernels> {
    const heap = new Heap(PAGES_MAX);
    const module = await WebAssembly.compile(buildKernels());
    return new WasmKernels(heap, await Threads.open(module, heap.memory, threads));
  }

  alloc(elements: number): WasmBlock {
    return { elements, address: this.heap.take(elements * 4) };
  }

  upload(values: Float32Array | Uint32Array): WasmBlock {
    const block = this.alloc(values.length);
    this.write(block, values);
    return block;
  }

  /** Panels of 8 columns, each (depth, 8); columns that are not there are 0. */
  weight(values: Float32Array, depth: number, width: number): WasmBlock {
    const block = this.alloc(depth * Math.ceil(width / TILE_COLUMNS) * TILE_COLUMNS);
    const panels = this.heap.floats(block.address, block.elements);
    for (let column = 0, at = 0; column < width; column += TILE_COLUMNS) {
      const wide = Math.min(TILE_COLUMNS, width - column);
      for (let from = column; from < values.length; from += width, at += TILE_COLUMNS) {
        for (let i = 0; i < wide; i++) panels[at + i] = values[from + i]!;
        for (let i = wide; i < TILE_COLUMNS; i++) panels[at + i] = 0;
      }
    }
    return block;
  }

  write(block: WasmBlock, values: Float32Array | Uint32Array): void {
    const { buffer, byteOffset, length } = values;
    const bits = new Uint32Array(buffer, byteOffset, length);
    new Uint32Array(this.heap.memory.buffer, block.address, length).set(bits);
  }

  read(block: WasmBlock, elements: number): Promise<Float32Array> {
    return Promise.resolve(Float32Array.from(this.heap.floats(block.address, elements)));
  }

  free(block: WasmBlock): void {
    this.heap.giveBack(block.address);
  }

  close(): Promise<void> {
    return this.threads.close();
  }

  embed({ out, table, tokens, rows, dim }: EmbedArgs<WasmBlock>): void {
    this.run("embed", [out.address, table.address, tokens.address, dim], rows, dim);
  }

  norm({ out, input, gamma, beta, rows, dim }: NormArgs<WasmBlock>): void {
    const args = [out.address, input.address, gamma.address, beta.address, dim];
    this.run("norm", args, rows, dim);
  }

  linear({ out, input, weight, bias, rows, depth, width, mode }: LinearArgs<WasmBlock>): void {
    const blocks = [out.address, input.address, weight.address, bias.address];
    const args = [...blocks, depth, width, MODES[mode]];
    this.runWith(LINEAR_SCRATCH_BYTES, "linear", args, [rows, depth * width]);
  }

  rotate({ features, cos, sin, rows, heads, headDim }: RotateArgs<WasmBlock>): void {
    const args = [features.address, cos.address, sin.address, heads, headDim];
    this.run("rotate", args, rows, heads * headDim);
  }

  attend(args: AttendArgs<WasmBlock>): void {
    const { out, query, key, value, sequences, positions, heads, headDim } = args;
    const blocks = [out.address, query.address, key.address, value.address];
    const bytes = attendScratchBytes(positions, headDim);
    const job = [...blocks, sequences * heads, positions, heads, headDim];
    this.runWith(bytes, "attend", job, ["turns", sequences * positions * positions * heads]);
  }

  crossEntropy({ out, logits, targets, rows, vocabulary }: CrossEntropyArgs<WasmBlock>): void {
    const args = [out.address, logits.address, targets.address, vocabulary];
    this.run("crossEntropy", args, rows, vocabulary);
  }

  sigreg({ out, slices, knots, rows }: SigregArgs<WasmBlock>): void {
    const args = [out.address, slices.address, knots.address];
    this.runWith(SIGREG_SCRATCH_BYTES, "sigreg", args, [rows, SIGREG_SCRATCH_BYTES]);
  }

  columnSums({ out, input, sequences, positions, dim }: ColumnSumsArgs<WasmBlock>): void {
    const args = [out.address, input.address, positions, dim];
    this.run("columnSums", args, sequences * dim, positions);
  }

  private run(kernel: Job["kernel"], args: readonly number[], units: number, work: number): void {
    const job = { kernel, args, units, scratch: 0, scratchBytes: 0 };
    this.threads.run(job, units * work >= SHARED_WORK_MIN);
  }

  private runWith(
    bytes: number,
    kernel: Job["kernel"],
    args: readonly number[],
    [units, work]: readonly [Job["units"], number],
  ): void {
    const scratchBytes = Math.ceil(bytes / 64) * 64;
    const scratch = this.scratchFor(scratchBytes * this.threads.count);
    const isShared = (units === "turns" ? 1 : units) * work >= SHARED_WORK_MIN;
    this.threads.run({ kernel, args, units, scratch, scratchBytes }, isShared);
  }

  private scratchFor(bytes: number): number {
    if (this.scratch === undefined || this.scratch.bytes < bytes) {
      if (this.scratch !== undefined) this.heap.giveBack(this.scratch.address);
      this.scratch = { address: this.heap.take(bytes), bytes };
    }
    return this.scratch.address;
  }
}
