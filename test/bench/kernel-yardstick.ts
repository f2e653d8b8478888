/**
 * What kernels reach in a bare product of matrices: the roofline of scoring, measured in the same
 * run. The yardstick is that of the CPU on one thread.
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
/** A sample lasts so long, if that takes no more products. */
const SECONDS_MIN = 0.05;
const TIMES_MAX = 1_024;

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

/** The product of two matrices, of which one has `rows`, in GFLOP/s. */
export function matmul<B extends Block>(kernels: Kernels<B>, rows: number = ROWS): Measure {
  const gigaflop = (2 * rows * DEPTH * WIDTH) / 1e9;
  const args = {
    out: kernels.alloc(rows * WIDTH),
    input: kernels.upload(new Float32Array(rows * DEPTH).fill(1)),
    weight: kernels.weight(new Float32Array(DEPTH * WIDTH).fill(2), DEPTH, WIDTH),
    bias: kernels.upload(new Float32Array(WIDTH)),
    rows,
    depth: DEPTH,
    width: WIDTH,
    mode: "store",
  } as const;
  const run = async (times: number): Promise<number> => {
    const start = performance.now();
    for (let time = 0; time < times; time++) kernels.linear(args);
    // Kernels of a GPU are done when something is read, which takes time of its own.
    await kernels.read(args.out, 1);
    return (performance.now() - start) / 1000;
  };
  return {
    sample: async () => {
      for (let times = 1; ; times *= 2) {
        const seconds = await run(times);
        if (seconds >= SECONDS_MIN || times === TIMES_MAX) return (times * gigaflop) / seconds;
      }
    },
    close: () => kernels.close(),
  };
}
