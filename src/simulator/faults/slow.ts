/**
 * Slow nodes: one that needs long for everything, and nodes that stand still for a while, as while
 * memory is collected or a virtual machine is moved.
 *
 * @module
 */
import type { Fault } from "../stage.ts";

/** Every input takes time. */
export const SLOW: Fault = {
  unleash: (stage) => {
    stage.often(3_000, 15_000, () => {
      const node = stage.pickNode();
      node.slowMs = stage.between(1, 40);
      stage.undoAfter(stage.between(1_000, 10_000), () => {
        node.slowMs = 0;
      });
    });
  },
};

/** Nodes do nothing for a while. */
export const FREEZE: Fault = {
  unleash: (stage) => {
    stage.often(2_000, 15_000, () => {
      const node = stage.pickNode();
      node.awakeMs = stage.world.clock.timeMs + stage.between(50, 6_000);
    });
  },
};
