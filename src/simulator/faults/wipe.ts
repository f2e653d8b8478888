/**
 * Disks are replaced by empty ones: their nodes know nothing, not even what they have signed. Each
 * of these validators counts as a traitor where safety is concerned, so together with the traitors
 * less than a third of the power is hit, again and again.
 *
 * @module
 */
import type { SimNode } from "../sim-node.ts";
import { type Fault, type Stage, traitorsMax } from "../stage.ts";
import { crashAndRestart } from "./crash.ts";

/** Disks are lost. */
export const WIPE: Fault = {
  unleash: (stage) => {
    const { world, prng } = stage;
    const victims = drawVictims(stage);
    stage.often(10_000, 40_000, () => {
      const isSpared = victims.length === 0 || prng.chance(1 / 4);
      crashAndRestart(stage, isSpared ? world.nodes.at(-1)! : prng.pick(victims), "wiped");
    });
  },
};

function drawVictims({ world, prng }: Stage): SimNode[] {
  const room = traitorsMax(world.nodes.length - 1) - world.traitors.size;
  const validators = world.honest.slice(0, -1);
  const victims: SimNode[] = [];
  for (let count = room < 1 ? 0 : 1 + prng.below(room); count > 0; count--) {
    victims.push(...validators.splice(prng.below(validators.length), 1));
  }
  return victims;
}
