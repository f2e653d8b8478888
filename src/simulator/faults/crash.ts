/**
 * Crashes between two outputs of a step, wherever that is: the process is gone, its disk keeps what
 * was written.
 *
 * @module
 */
import type { Damage } from "../disk.ts";
import type { SimNode } from "../sim-node.ts";
import type { Fault, Stage } from "../stage.ts";

/** A crash comes within so many outputs. */
const OUTPUTS_MAX = 24;

/** Processes end at any output. */
export const CRASH: Fault = {
  unleash: (stage) => {
    const pauseMs = stage.between(4_000, 20_000);
    stage.often(pauseMs / 4, pauseMs, () => crashAndRestart(stage, stage.pickNode(), "none"));
  },
};

/** Lets a node crash soon and start again after a while. */
export function crashAndRestart(stage: Stage, node: SimNode, damage: Damage): void {
  const { world, prng } = stage;
  world.crashAfter(node, prng.below(OUTPUTS_MAX), damage);
  // Seconds, as of a supervisor, and sometimes as of an operator.
  const downMs = prng.chance(1 / 4) ? stage.between(3_000, 15_000) : stage.between(100, 3_000);
  stage.undoAfter(downMs, () => {
    world.crash(node, damage);
    world.start(node);
  });
}
