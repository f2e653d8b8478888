/**
 * What the CPU kernels reach in a product of matrices that stays in the caches, on one thread: the
 * roofline of scoring, measured in the same run.
 *
 * @module
 */
import { WasmKernels } from "../../src/runtime/cpu/wasm-kernels.ts";
import type { Block, Kernels } from "../../src/runtime/kernels.ts";
import { findLibrary } from "../../src/runtime/native/library.ts";
import { openNativeKernels } from "../../src/runtime/native/open.ts";
import type { Bench, Measure } from "./frame.ts";

const ROWS = 480;
const [DEPTH, WIDTH] = [1536, 1536];
const GIGAFLOP = (2 * ROWS * DEPTH * WIDTH) / 1e9;

/** A row for each kind of CPU kernels that is here. */
export const KERNEL_YARDSTICK: readonly Bench[] = [
  bench("f32 matmul, WASM SIMD, one thread", () => WasmKernels.open(1)),
  ...(findLibrary("cpu") === undefined
    ? []
    : [
        bench("f32 matmul, native, one thread", () =>
          Promise.resolve(openNativeKernels("cpu", { index: 0, threads: 1 }).kernels),
        ),
      ]),
];

function bench<B extends Block>(name: string, open: () => Promise<Kernels<B>>): Bench {
  return { name, unit: "GFLOP/s", setup: async () => matmul(await open()) };
}

/** The product of two matrices, in GFLOP/s. */
export function matmul<B extends Block>(kernels: Kernels<B>): Measure {
  const args = {
    out: kernels.alloc(ROWS * WIDTH),
    input: kernels.upload(new Float32Array(ROWS * DEPTH).fill(1)),
    weight: kernels.weight(new Float32Array(DEPTH * WIDTH).fill(2), DEPTH, WIDTH),
    bias: kernels.upload(new Float32Array(WIDTH)),
    rows: ROWS,
    depth: DEPTH,
    width: WIDTH,
    mode: "store",
  } as const;
  return {
    sample: () => {
      const start = performance.now();
      kernels.linear(args);
      return GIGAFLOP / ((performance.now() - start) / 1000);
    },
    close: () => kernels.close(),
  };
}
