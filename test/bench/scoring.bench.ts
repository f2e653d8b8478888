/**
 * Scoring on every backend that this machine has: how fast the forward pass is, beside what the
 * kernels reach in a bare product of matrices (the roofline) and beside JAX where there is one,
 * both measured in turns with it; and what loading costs.
 *
 * @module
 */
import { availableParallelism } from "node:os";

import { swiftshaderEnv } from "../../scripts/swiftshader.ts";
import { SomaError } from "../../src/base/errors.ts";
import { batchDirections } from "../../src/model/compete.ts";
import { type ModelConfig, SMALL, V1 } from "../../src/model/config.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import type { Backend, BackendName } from "../../src/runtime/backend.ts";
import { openInChild } from "../../src/runtime/child/backend.ts";
import { openNativeCpu, openWasm } from "../../src/runtime/cpu/open.ts";
import { WasmKernels } from "../../src/runtime/cpu/wasm-kernels.ts";
import { findLibrary } from "../../src/runtime/native/library.ts";
import { openNative, openNativeKernels } from "../../src/runtime/native/open.ts";
import { flopsOf } from "../../src/runtime/speed.ts";
import type { Bench, Measure } from "./frame.ts";
import { HAS_JAX } from "./jax.ts";
import { matmul } from "./kernel-yardstick.ts";
import { productInChild } from "./product-child.ts";
import { isDeep, randomTensors, takeTurns, type Turn, type Way } from "./side-by-side.ts";

type Size = readonly [name: string, config: ModelConfig, samples: number];

const THREADS = availableParallelism();

/** The sizes that are measured, with as many samples as their time allows. */
const SIZES: readonly Size[] = [
  ["small", SMALL, 30],
  ["100 M", { ...V1, dim: 768, hidden: 3072, layers: 14, heads: 12 }, 5],
  ["2 layers of V1", { ...V1, layers: 2 }, 5],
];

/** What an emulated GPU does in seconds. */
const EMULATED_SIZES: readonly Size[] = [
  ["small", SMALL, 1],
  ["128 positions", { ...V1, dim: 256, hidden: 1024, layers: 2, heads: 2, positions: 128 }, 1],
];

/** The ways to run, and the sizes that each is fast enough for. */
const WAYS: Readonly<Record<string, Way & { readonly sizes: readonly Size[] }>> = {
  ...(hasDevice("cuda") && { CUDA: gpu("cuda", SIZES) }),
  ...(hasDevice("rocm") && { ROCm: gpu("rocm", SIZES) }),
  ...webGpu(),
  ...(findLibrary("cpu") !== undefined && {
    native: {
      open: () => Promise.resolve(openNativeCpu()),
      product: async () => matmul(openNativeKernels("cpu", { index: 0, threads: THREADS }).kernels),
      isBesideJax: true,
      sizes: SIZES,
    },
  }),
  WASM: {
    open: () => openWasm(),
    product: async () => matmul(await WasmKernels.open(THREADS)),
    sizes: SIZES,
  },
};

/** SwiftShader needs seconds for a sequence; `SOMA_TEST_ADAPTER=system` measures a GPU. */
function webGpu(): typeof WAYS {
  if (Bun.env["SOMA_TEST_ADAPTER"] === "system") return { WebGPU: gpu("wgpu", SIZES) };
  const driver = swiftshaderEnv();
  const isEmulated = Object.keys(driver).length > 0;
  return isEmulated ? { "WebGPU on SwiftShader": gpu("wgpu", EMULATED_SIZES, driver) } : {};
}

/** A GPU in a child, and its product of matrices in another. */
function gpu(
  name: BackendName,
  sizes: readonly Size[],
  driver: Readonly<Record<string, string>> = {},
): (typeof WAYS)[string] {
  const env = { ...process.env, ...driver };
  return {
    open: () => openInChild(name, { env }),
    product: async () => productInChild(name, env),
    sizes,
  };
}

function hasDevice(name: "cuda" | "rocm"): boolean {
  if (findLibrary(name) === undefined) return false;
  try {
    void openNative(name, { index: 0, threads: 0 }).close();
    return true;
  } catch (error) {
    if (error instanceof SomaError) return false;
    throw error;
  }
}

/** What a small model and a kibibyte cost a processor. */
const ONE_CORE: readonly Bench[] = [
  ...(findLibrary("cpu") === undefined
    ? []
    : [oneCore("native", async () => openNative("cpu", { index: 0, threads: 1 }))]),
  oneCore("WASM", () => openWasm(1)),
];

const SIDE_BY_SIDE: readonly Bench[] = Object.entries(WAYS).flatMap(([name, { sizes, ...way }]) =>
  sizes.flatMap(([size, config, samples]) => {
    const label = `${name}, ${size}`;
    const turns = once(() => takeTurns(way, config, samples));
    const row = (what: string, unit: string, figure: Figure): Bench => ({
      name: `${label}: ${what}`,
      unit,
      samples,
      setup: async () => inTurn((await turns()).map((turn) => figure(turn)!)),
    });
    return [
      row("warm", "tokens/s", ({ score }) => (score / flopsOf(config)) * config.positions),
      row("warm", "GFLOP/s", ({ score }) => score / 1e9),
      ...(way.product
        ? [row("roofline", "GFLOP/s", ({ roofline }) => roofline && roofline / 1e9)]
        : []),
      ...(way.product && isDeep(config) ? [row("of the roofline", "%", shareOfRoofline)] : []),
      ...(way.isBesideJax && HAS_JAX
        ? [
            row("JAX", "GFLOP/s", ({ jax }) => jax && jax / 1e9),
            row("of JAX", "%", ({ score, jax }) => jax && (100 * score) / jax),
          ]
        : []),
      { name: `${label}: load`, unit: "ms", samples, setup: cold(way.open, config) },
    ];
  }),
);

/** The benches of this area. */
export const benches: readonly Bench[] = [...ONE_CORE, ...SIDE_BY_SIDE];

type Figure = (turn: Turn) => number | undefined;

function shareOfRoofline({ score, roofline }: Turn): number | undefined {
  return roofline && (100 * score) / roofline;
}

/** The processor's time for a sequence of the small model, on one thread. */
function oneCore(name: string, open: () => Promise<Backend>): Bench {
  return {
    name: `${name}, small, one core: 1 KiB`,
    unit: "ms",
    setup: async () => {
      const backend = await open();
      const model = await backend.load(SMALL, randomTensors(SMALL));
      const sequence = sequenceAt(new Uint8Array(SMALL.positions), 0, SMALL.positions);
      const directions = batchDirections(SMALL, 0n, 0);
      return {
        sample: async () => {
          const before = process.cpuUsage();
          await model.score([sequence], directions);
          const { user, system } = process.cpuUsage(before);
          return (user + system) / 1000;
        },
        close: () => backend.close(),
      };
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Gives what was measured already, as often as it is asked. */
function inTurn(figures: readonly number[]): Measure {
  let next = 0;
  return { sample: () => figures[next++ % figures.length]! };
}

/** Bringing the weights in, with the backend open. */
function cold(open: () => Promise<Backend>, config: ModelConfig) {
  return async (): Promise<Measure> => {
    const backend = await open();
    const tensors = randomTensors(config);
    return {
      sample: async () => {
        const start = performance.now();
        const model = await backend.load(config, tensors);
        const elapsedMs = performance.now() - start;
        await model.unload();
        return elapsedMs;
      },
      close: () => backend.close(),
    };
  };
}
