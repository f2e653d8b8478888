/**
 * Scoring on every backend that this machine has: how fast the forward pass is, beside what the
 * kernels reach in a bare product of matrices (the roofline of the same run), and what a request
 * costs when the weights are there already and when they are not.
 *
 * @module
 */
import { swiftshaderEnv } from "../../scripts/swiftshader.ts";
import { SomaError } from "../../src/base/errors.ts";
import { batchDirections } from "../../src/model/compete.ts";
import { type ModelConfig, SMALL, V1 } from "../../src/model/config.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import { buildWeights, type TensorSource } from "../../src/model/weights.ts";
import type { Backend, LoadedModel } from "../../src/runtime/backend.ts";
import { openInChild } from "../../src/runtime/child/backend.ts";
import { openNativeCpu, openWasm } from "../../src/runtime/cpu/open.ts";
import { findLibrary } from "../../src/runtime/native/library.ts";
import { openNative } from "../../src/runtime/native/open.ts";
import { flopsOf } from "../../src/runtime/speed.ts";
import type { Bench, Measure } from "./frame.ts";

type Size = readonly [name: string, config: ModelConfig, samples: number];

/** A way to run, and the sizes that it is fast enough for. */
type Way = { readonly open: () => Promise<Backend>; readonly sizes: readonly Size[] };

/** The sizes that are measured, with as many samples as their time allows. */
const SIZES: readonly Size[] = [
  ["small", SMALL, 30],
  ["100 M", { ...V1, dim: 768, hidden: 3072, layers: 14, heads: 12 }, 3],
  ["2 layers of V1", { ...V1, layers: 2 }, 3],
];

const SEQUENCE = sequenceAt(
  Uint8Array.from({ length: V1.positions }, (_, i) => (i * 31) % 251),
  0,
  V1.positions,
);

const WAYS: Readonly<Record<string, Way>> = {
  ...(hasDevice("cuda") && { CUDA: { open: () => openInChild("cuda"), sizes: SIZES } }),
  ...(hasDevice("rocm") && { ROCm: { open: () => openInChild("rocm"), sizes: SIZES } }),
  ...webGpu(),
  ...(findLibrary("cpu") !== undefined && {
    native: { open: () => Promise.resolve(openNativeCpu()), sizes: SIZES },
  }),
  WASM: { open: () => openWasm(), sizes: SIZES },
};

/** SwiftShader needs seconds for a sequence; `SOMA_TEST_ADAPTER=system` measures a GPU. */
function webGpu(): Readonly<Record<string, Way>> {
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
export const benches: readonly Bench[] = Object.entries(WAYS).flatMap(([name, { open, sizes }]) =>
  sizes.flatMap(([size, config, samples]) => {
    const label = `${name}, ${size}`;
    return [
      { name: `${label}: warm`, unit: "tokens/s", samples, setup: warm(open, config, perToken) },
      { name: `${label}: warm`, unit: "GFLOP/s", samples, setup: warm(open, config, gigaflops) },
      { name: `${label}: load`, unit: "ms", samples, setup: cold(open, config) },
    ];
  }),
);

type Figure = (config: ModelConfig, seconds: number) => number;

function perToken(config: ModelConfig, seconds: number): number {
  return config.positions / seconds;
}

function gigaflops(config: ModelConfig, seconds: number): number {
  return flopsOf(config) / seconds / 1e9;
}

/** One sequence on a model that is loaded. */
function warm(open: () => Promise<Backend>, config: ModelConfig, figure: Figure) {
  return async (): Promise<Measure> => {
    const backend = await open();
    const model = await backend.load(config, randomTensors(config));
    const score = scoring(model, config);
    // The first pass touches memory and wakes threads.
    await score();
    return {
      sample: async () => figure(config, await score()),
      close: () => backend.close(),
    };
  };
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

/** Seconds of one score. */
function scoring(model: LoadedModel, config: ModelConfig): () => Promise<number> {
  const directions = batchDirections(config, 0n, 0);
  return async () => {
    const start = performance.now();
    await model.score([SEQUENCE], directions);
    return (performance.now() - start) / 1000;
  };
}

/** Numbers of the right size; drawing them well would take longer than what is measured. */
function randomTensors(config: ModelConfig): TensorSource {
  const tensors = new Map<string, Float32Array>();
  buildWeights(config, (name, shape) => {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    const scale = 1 / Math.sqrt(shape[0]!);
    for (let i = 0, x = 1; i < values.length; i++) {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
      values[i] = (x / 2 ** 31) * scale;
    }
    tensors.set(name, values);
  });
  return (name) => tensors.get(name)!;
}
