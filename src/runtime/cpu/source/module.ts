/**
 * The WebAssembly module of the CPU kernels, built from its source here when it is first needed:
 * there is no compiler to install and nothing generated to keep in step.
 *
 * @module
 */
import { encodeModule } from "../wasm/module.ts";
import { attend, scoreTile } from "./attention.ts";
import { crossEntropy, sigreg } from "./losses.ts";
import { edgeTile, linear, packRows, tile } from "./matmul.ts";
import { columnSums, embed, norm, rotate } from "./rows.ts";

/** Pages of 64 KiB that the memory of the module can have: all that addresses reach. */
export const PAGES_MAX = 65_536;

/** Functions that run on a share of the rows, by name; the others are called by these. */
export type KernelName =
  "linear" | "embed" | "norm" | "rotate" | "columnSums" | "crossEntropy" | "sigreg" | "attend";

/** The binary of the module. */
export function buildKernels(): Uint8Array<ArrayBuffer> {
  // The first four are called by their place.
  const called = [tile, edgeTile, packRows, scoreTile];
  const kernels = [linear, embed, norm, rotate, columnSums, crossEntropy, sigreg, attend];
  return encodeModule([...called, ...kernels], PAGES_MAX);
}
