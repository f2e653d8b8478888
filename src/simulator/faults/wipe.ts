/**
 * Disks are replaced by empty ones: their nodes know nothing, not even what they have signed. Where
 * safety is concerned such a validator counts as a traitor, so only the weak are hit, again and
 * again, and the fullnode.
 *
 * @module
 */
import type { Fault } from "../stage.ts";
import { crashAndRestart } from "./crash.ts";

/** Disks are lost. */
export const WIPE: Fault = {
  unleash: (stage) => {
    const { world, prng, burden } = stage;
    stage.often(10_000, 40_000, () => {
      const isSpared = burden.weak.length === 0 || prng.chance(1 / 4);
      crashAndRestart(stage, isSpared ? world.nodes.at(-1)! : prng.pick(burden.weak), "wiped");
    });
  },
};
