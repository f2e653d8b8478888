/**
 * The whole network loses power at once and comes back one node after another.
 *
 * @module
 */
import type { Fault } from "../stage.ts";

/** All nodes are down. */
export const OUTAGE: Fault = {
  unleash: (stage) => {
    const { world, prng } = stage;
    stage.often(15_000, 40_000, () => {
      for (const node of world.nodes) {
        world.crash(node, prng.pick(["none", "lost", "torn"]));
        stage.undoAfter(stage.between(100, 8_000), () => world.start(node));
      }
    });
  },
};
