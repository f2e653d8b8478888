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
import { type ModelConfig, SMALL, V1 } from "../../src/model/config.ts";
import type { Backend } from "../../src/runtime/backend.ts";
import { openInChild } from "../../src/runtime/child/backend.ts";
import { openNativeCpu, openWasm } from "../../src/runtime/cpu/open.ts";
import { WasmKernels } from "../../src/runtime/cpu/wasm-kernels.ts";
import { findLibrary } from "../../src/runtime/native/library.ts";
import { openNative, openNativeKernels } from "../../src/runtime/native/open.ts";
import { flopsOf } from "../../src/runtime/speed.ts";
import type { Bench, Measure } from "./frame.ts";
import { HAS_JAX } from "./jax.ts";
import { isDeep, randomTensors, takeTurns, type Turn, type Way } from "./side-by-side.ts";

type Size = readonly [name: string, config: ModelConfig, samples: number];

const THREADS = availableParallelism();

/** The sizes that are measured, with as many samples as their time allows. */
const SIZES: readonly Size[] = [
  ["small", SMALL, 30],
  ["100 M", { ...V1, dim: 768, hidden: 3072, layers: 14, heads: 12 }, 3],
  ["2 layers of V1", { ...V1, layers: 2 }, 3],
];

/** The ways to run, and the sizes that each is fast enough for. */
const WAYS: Readonly<Record<string, Way & { readonly sizes: readonly Size[] }>> = {
  ...(hasDevice("cuda") && { CUDA: { open: () => openInChild("cuda"), sizes: SIZES } }),
  ...(hasDevice("rocm") && { ROCm: { open: () => openInChild("rocm"), sizes: SIZES } }),
  ...webGpu(),
  ...(findLibrary("cpu") !== undefined && {
    native: {
      open: () => Promise.resolve(openNativeCpu()),
      kernels: () =>
        Promise.resolve(openNativeKernels("cpu", { index: 0, threads: THREADS }).kernels),
      isBesideJax: true,
      sizes: SIZES,
    },
  }),
  WASM: { open: () => openWasm(), kernels: () => WasmKernels.open(THREADS), sizes: SIZES },
};

/** SwiftShader needs seconds for a sequence; `SOMA_TEST_ADAPTER=system` measures a GPU. */
function webGpu(): typeof WAYS {
  const driver = swiftshaderEnv();
  const open = (): Promise<Backend> => openInChild("wgpu", { env: { ...process.env, ...driver } });
  if (Bun.env["SOMA_TEST_ADAPTER"] === "system") return { WebGPU: { open, sizes: SIZES } };
  const isEmulated = Object.keys(driver).length > 0;
  return isEmulated ? { "WebGPU on SwiftShader": { open, sizes: [["small", SMALL, 1]] } } : {};
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

/** The benches of this area. */
export const benches: readonly Bench[] = Object.entries(WAYS).flatMap(([name, { sizes, ...way }]) =>
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
      ...(way.kernels && isDeep(config)
        ? [
            row("roofline", "GFLOP/s", ({ roofline }) => roofline && roofline / 1e9),
            row(
              "of the roofline",
              "%",
              ({ score, roofline }) => roofline && (100 * score) / roofline,
            ),
          ]
        : []),
      ...(way.isBesideJax && HAS_JAX && isDeep(config)
        ? [
            row("JAX", "GFLOP/s", ({ jax }) => jax && jax / 1e9),
            row("of JAX", "%", ({ score, jax }) => jax && (100 * score) / jax),
          ]
        : []),
      { name: `${label}: load`, unit: "ms", samples, setup: cold(way.open, config) },
    ];
  }),
);

type Figure = (turn: Turn) => number | undefined;

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
