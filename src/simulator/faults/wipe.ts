/**
 * A validator's disk is replaced by an empty one: it knows nothing, not even what it has signed. It
 * counts as a traitor where safety is concerned, so no more than a third of the power is hit.
 *
 * @module
 */
import { type Fault, traitorsMax } from "../stage.ts";
import { crashAndRestart } from "./crash.ts";

/** Disks are lost. */
export const WIPE: Fault = {
  unleash: (stage) => {
    const { world, prng } = stage;
    const [fullnode, victim] = [world.nodes.at(-1)!, prng.pick(world.honest.slice(0, -1))];
    const isSafe = world.traitors.size < traitorsMax(world.nodes.length - 1);
    stage.often(10_000, 40_000, () => {
      const node = isSafe && prng.chance(3 / 4) ? victim : fullnode;
      crashAndRestart(stage, node, "wiped");
    });
  },
};
