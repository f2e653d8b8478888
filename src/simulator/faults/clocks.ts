/**
 * Clocks that are wrong: all a little, all the time; or some that jump by seconds, forward and
 * back.
 *
 * @module
 */
import type { Fault } from "../stage.ts";

/** The clocks of all nodes differ by less than what is tolerated. */
export const SKEW: Fault = {
  unleash: (stage) => {
    for (const node of stage.world.nodes) node.skewMs = stage.between(-200, 200);
    stage.undoAfter(Infinity, () => {
      for (const node of stage.world.nodes) node.skewMs = 0;
    });
  },
};

/** Clocks are set. */
export const JUMP: Fault = {
  unleash: (stage) => {
    const { prng } = stage;
    stage.often(2_000, 15_000, () => {
      const node = stage.pickNode();
      const range = prng.pick([300, 1_000, 5_000]);
      node.skewMs = stage.between(-range, range);
      stage.undoAfter(stage.between(500, 10_000), () => {
        node.skewMs = 0;
      });
    });
  },
};
