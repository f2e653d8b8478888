/**
 * The kernels of a native library. A block is an address in the memory of its device; the library
 * checks nothing, so what comes here must be right.
 *
 * @module
 */
import { ptr } from "bun:ffi";

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
import { type Address, type KernelLibrary, libraryError } from "./library.ts";

/** An address in the memory of the device. */
export type NativeBlock = Block & { readonly address: Address };

const MODES = { store: 0, gelu: 1, add: 2 } as const;
const BYTES_PER_NUMBER = 4;

/** The kernels of one open device. */
export class NativeKernels implements Kernels<NativeBlock> {
  readonly limits: KernelLimits;
  private readonly library: KernelLibrary;
  private readonly device: Address;

  constructor(library: KernelLibrary, device: Address, limits: KernelLimits) {
    this.library = library;
    this.device = device;
    this.limits = limits;
    // Threads and memory of a library outlive the worker that asked for them, unless it says so.
    process.on("exit", this.release);
  }

  alloc(elements: number): NativeBlock {
    const address = this.library.soma_alloc(this.device, elements * BYTES_PER_NUMBER);
    return { elements, address: this.present(address, `no block of ${elements} numbers`) };
  }

  upload(values: Float32Array | Uint32Array): NativeBlock {
    const block = this.alloc(values.length);
    this.write(block, values);
    return block;
  }

  weight(values: Float32Array, depth: number, width: number): NativeBlock {
    const address = this.library.soma_weight(this.device, ptr(values), depth, width);
    const what = `no room for a matrix of ${depth} × ${width}`;
    return { elements: depth * width, address: this.present(address, what) };
  }

  write(block: NativeBlock, values: Float32Array | Uint32Array): void {
    if (values.length === 0) return;
    const { device, library } = this;
    this.check(
      library.soma_upload(device, block.address, ptr(values), values.byteLength),
      "upload",
    );
  }

  read(block: NativeBlock, elements: number): Promise<Float32Array> {
    const values = new Float32Array(elements);
    const { device, library } = this;
    const status = library.soma_download(device, ptr(values), block.address, values.byteLength);
    this.check(status, "download");
    return Promise.resolve(values);
  }

  free(block: NativeBlock): void {
    this.library.soma_free(this.device, block.address);
  }

  close(): Promise<void> {
    process.off("exit", this.release);
    this.release();
    return Promise.resolve();
  }

  private readonly release = (): void => this.library.soma_close(this.device);

  embed({ out, table, tokens, rows, dim }: EmbedArgs<NativeBlock>): void {
    const { device, library } = this;
    const status = library.soma_embed(
      device,
      out.address,
      table.address,
      tokens.address,
      rows,
      dim,
    );
    this.check(status, "embed");
  }

  norm({ out, input, gamma, beta, rows, dim }: NormArgs<NativeBlock>): void {
    const [g, b] = [gamma.address, beta.address];
    const { device, library } = this;
    this.check(library.soma_norm(device, out.address, input.address, g, b, rows, dim), "norm");
  }

  linear(args: LinearArgs<NativeBlock>): void {
    const { out, input, weight, bias, rows, depth, width, mode } = args;
    const status = this.library.soma_linear(
      this.device,
      out.address,
      input.address,
      weight.address,
      bias.address,
      rows,
      depth,
      width,
      MODES[mode],
    );
    this.check(status, "linear");
  }

  rotate({ features, cos, sin, rows, heads, headDim }: RotateArgs<NativeBlock>): void {
    const [c, s] = [cos.address, sin.address];
    const { device, library } = this;
    const status = library.soma_rotate(device, features.address, c, s, rows, heads, headDim);
    this.check(status, "rotate");
  }

  attend(args: AttendArgs<NativeBlock>): void {
    const { out, query, key, value, sequences, positions, heads, headDim } = args;
    const status = this.library.soma_attend(
      this.device,
      out.address,
      query.address,
      key.address,
      value.address,
      sequences,
      positions,
      heads,
      headDim,
    );
    this.check(status, "attend");
  }

  crossEntropy(args: CrossEntropyArgs<NativeBlock>): void {
    const { out, logits, targets, rows, vocabulary } = args;
    const status = this.library.soma_cross_entropy(
      this.device,
      out.address,
      logits.address,
      targets.address,
      rows,
      vocabulary,
    );
    this.check(status, "crossEntropy");
  }

  sigreg({ out, slices, knots, rows }: SigregArgs<NativeBlock>): void {
    const { device, library } = this;
    const status = library.soma_sigreg(device, out.address, slices.address, knots.address, rows);
    this.check(status, "sigreg");
  }

  columnSums({ out, input, sequences, positions, dim }: ColumnSumsArgs<NativeBlock>): void {
    const [to, from] = [out.address, input.address];
    const { device, library } = this;
    const status = library.soma_column_sums(device, to, from, sequences, positions, dim);
    this.check(status, "columnSums");
  }

  private check(status: number, what: string): void {
    if (status !== 0) throw libraryError(this.library, what);
  }

  private present(address: Address | null, what: string): Address {
    if (address === null) throw libraryError(this.library, what);
    return address;
  }
}
