/**
 * One training run: windows drawn at random from a corpus, first short and many, at last as long as
 * scoring reads them, because attention that has only seen short contexts blurs in long ones. The
 * final norm stays the identity: that fixes the length of a representation, and with it SIGReg,
 * which depends on little else, near its floor.
 *
 * @module
 */
import { Prng } from "../../src/base/prng.ts";
import { SMALL } from "../../src/model/config.ts";
import { sequenceAt } from "../../src/model/tokenize.ts";
import { initialWeights, type TensorSource } from "../../src/model/weights.ts";
import { Adam } from "./adam.ts";
import { Learner } from "./learner.ts";

/** A stretch of training: how many steps, how many windows of what size, the rate from and to. */
type Phase = {
  readonly steps: number;
  readonly windows: number;
  readonly positions: number;
  readonly rates: readonly [number, number];
};

const PHASES: readonly Phase[] = [
  { steps: 1600, windows: 2, positions: 128, rates: [0.015, 0.008] },
  { steps: 400, windows: 1, positions: 512, rates: [0.008, 0.002] },
  { steps: 60, windows: 1, positions: 1024, rates: [0.002, 0] },
];
const WARM_UP_STEPS = 20;
/** One window in so many is cut short, so that the model learns where data ends. */
const SHORT_WINDOW_OF = 8;

/** Called after each tenth of a phase with its mean loss per byte. */
export type OnProgress = (positions: number, step: number, loss: number) => void;

/** Trains a small model on `training`; the same bytes and seed give the same tensors. */
export function train(training: Uint8Array, seed: number, onProgress: OnProgress): TensorSource {
  const prng = new Prng(seed);
  const adam = new Adam();
  let source = initialWeights(BigInt(seed));
  for (const phase of PHASES) {
    const learner = new Learner({ ...SMALL, positions: phase.positions }, source);
    let [losses, bytes] = [0, 0];
    for (let step = 1; step <= phase.steps; step++) {
      const windows = Array.from({ length: phase.windows }, () =>
        drawWindow(training, phase, prng),
      );
      for (const window of windows) losses += learn(learner, window, phase);
      for (const window of windows) bytes += window.length;
      adam.step(learner.tensors, learner.gradients, rateAt(phase, step), isFrozen);
      if (step % Math.ceil(phase.steps / 10) !== 0) continue;
      onProgress(phase.positions, step, losses / bytes);
      [losses, bytes] = [0, 0];
    }
    source = (name) => learner.tensors.get(name)!;
  }
  return source;
}

function drawWindow(training: Uint8Array, { positions }: Phase, prng: Prng): Uint8Array {
  const size = prng.below(SHORT_WINDOW_OF) === 0 ? 1 + prng.below(positions) : positions;
  const start = prng.below(training.length - size);
  return training.subarray(start, start + size);
}

function learn(learner: Learner, window: Uint8Array, { positions, windows }: Phase): number {
  return learner.learn(sequenceAt(window, 0, positions), 1 / (positions * windows));
}

function rateAt({ steps, rates: [first, last] }: Phase, step: number): number {
  return (first + (last - first) * (step / steps)) * Math.min(1, step / WARM_UP_STEPS);
}

function isFrozen(name: string): boolean {
  return name.startsWith("final_norm.");
}
