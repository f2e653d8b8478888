/**
 * A score and what it is compared with, in turns, so that both meet the same machine: the kernels'
 * bare product of matrices on as many threads, and the same model in JAX where there is one.
 *
 * @module
 */
import { batchDirections } from "../../src/model/compete.ts";
import type { ModelConfig } from "../../src/model/config.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import { buildWeights, type TensorSource } from "../../src/model/weights.ts";
import type { Backend } from "../../src/runtime/backend.ts";
import { flopsOf } from "../../src/runtime/speed.ts";
import type { Measure } from "./frame.ts";
import { openJax } from "./jax.ts";

/** How a backend opens, and a bare product of matrices on it, in GFLOP/s. */
export type Way = {
  readonly open: () => Promise<Backend>;
  readonly product?: () => Promise<Measure>;
  /** Whether JAX is a fair rival: it has kernels for this processor too. */
  readonly isBesideJax?: boolean;
};

/** Rates of one turn in operations a second; absent where there is nothing to compare with. */
export type Turn = {
  readonly score: number;
  readonly roofline: number | undefined;
  readonly jax: number | undefined;
};

/** Whether products of matrices are most of a model, so that their speed is its roofline. */
export function isDeep({ dim }: ModelConfig): boolean {
  return dim >= 256;
}

/** So many turns, after one that is not counted: it touches memory and wakes threads. */
export async function takeTurns(way: Way, config: ModelConfig, count: number): Promise<Turn[]> {
  const backend = await way.open();
  const model = await backend.load(config, randomTensors(config));
  const bare = await way.product?.();
  const jax = way.isBesideJax ? openJax(config) : undefined;
  const bytes = Uint8Array.from({ length: config.positions }, (_, i) => (i * 31) % 251);
  const sequence = sequenceAt(bytes, 0, config.positions);
  const directions = batchDirections(config, 0n, 0);
  const turns: Turn[] = [];
  for (let turn = 0; turn <= count; turn++) {
    const start = performance.now();
    await model.score([sequence], directions);
    const seconds = (performance.now() - start) / 1000;
    const roofline = bare && (await bare.sample()) * 1e9;
    const rival = await jax?.score();
    const score = flopsOf(config) / seconds;
    turns.push({ score, roofline, jax: rival && flopsOf(config) / rival });
  }
  await jax?.close();
  await bare?.close?.();
  await backend.close();
  return turns.slice(1);
}

/** Numbers of the right size; drawing them well would take longer than what is measured. */
export function randomTensors(config: ModelConfig): TensorSource {
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
