/**
 * Partitions: the nodes fall into two parts that cannot reach each other, or one link goes.
 *
 * @module
 */
import type { SimNode } from "../sim-node.ts";
import type { Fault } from "../stage.ts";

/** Links are down in both directions. */
export const PARTITION: Fault = {
  unleash: (stage) => {
    const { world, prng } = stage;
    const { connections } = world;
    stage.often(3_000, 15_000, () => {
      const isLink = prng.chance(1 / 2);
      const pairs = isLink ? [[stage.pickNode(), stage.pickNode()] as const] : twoParts();
      const apart = pairs.filter(([left, right]) => left !== right);
      for (const [left, right] of apart) connections.block(left, right);
      stage.undoAfter(stage.between(200, 12_000), () => {
        for (const [left, right] of apart) connections.unblock(left, right);
      });
    });

    function twoParts(): (readonly [SimNode, SimNode])[] {
      const isLeft = world.nodes.map(() => prng.chance(1 / 2));
      const part = (side: boolean): SimNode[] =>
        world.nodes.filter(({ index }) => isLeft[index] === side);
      return part(true).flatMap((left) => part(false).map((right) => [left, right] as const));
    }
  },
};
