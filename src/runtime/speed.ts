/**
 * How fast a backend is: floating-point operations a second in the forward pass of models of the
 * same build, larger and larger until one takes long enough to tell, and what that is good for.
 *
 * @module
 */
import { batchDirections } from "../model/compete.ts";
import { type ModelConfig, SLICES, V1 } from "../model/config.ts";
import { sequenceAt } from "../model/tokenize.ts";
import type { TensorSource } from "../model/weights.ts";
import type { Backend } from "./backend.ts";

/** What a speed is good for. */
export type SpeedClass = "full models" | "full models, slowly" | "small models";

const SIZES: readonly ModelConfig[] = [256, 512, 1024].map((dim) => {
  return { ...V1, dim, hidden: 4 * dim, heads: dim / 64, layers: 1, positions: 256 };
});
const LONG_ENOUGH_MS = 60;
/** A sequence of the full model takes a second at 2.6 TFLOP/s. */
const CLASSES: readonly (readonly [gigaflops: number, name: SpeedClass])[] = [
  [2_000, "full models"],
  [80, "full models, slowly"],
];

/** Operations of one sequence: two for each weight and position, and the scores of attention. */
export function flopsOf(config: ModelConfig): number {
  const { dim, hidden, layers, vocabulary, positions } = config;
  const weights = layers * (4 * dim * dim + 2 * dim * hidden) + dim * (vocabulary + SLICES);
  // Half of all pairs of positions, for the scores and for the sums of values.
  return 2 * positions * (weights + layers * dim * positions);
}

/** Operations a second on `backend`, which has been proved. */
export async function measureSpeed(backend: Backend): Promise<number> {
  let best = 0;
  for (const config of SIZES) {
    const model = await backend.load(config, smallNumbers);
    const sequence = sequenceAt(new Uint8Array(config.positions), 0, config.positions);
    const directions = batchDirections(config, 0n, 0);
    await model.score([sequence], directions);
    const start = performance.now();
    await model.score([sequence], directions);
    const elapsedMs = performance.now() - start;
    await model.unload();
    best = Math.max(best, (flopsOf(config) / elapsedMs) * 1000);
    if (elapsedMs > LONG_ENOUGH_MS) break;
  }
  return best;
}

/** What so many operations a second are good for. */
export function speedClass(flops: number): SpeedClass {
  return CLASSES.find(([gigaflops]) => flops >= gigaflops * 1e9)?.[1] ?? "small models";
}

const smallNumbers: TensorSource = (_name, shape) =>
  new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.01);
