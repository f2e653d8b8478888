/**
 * The round-jump adversary rules the network: it delivers the highest rounds first, so that nodes
 * are tempted to leave rounds out, and the block of each round's leader so late that it comes just
 * before the leader's time is up, or just after.
 *
 * @module
 */
import type { SimNode } from "../sim-node.ts";
import type { Fault, Stage } from "../stage.ts";

/** The highest rounds come first, and leaders nearly too late. */
export const ROUND_JUMP: Fault = {
  unleash: (stage) => {
    const { world, prng, limits } = stage;
    const timeoutMs = limits.roundDelayMs + limits.leaderTimeoutExtraMs;
    const windowMs = stage.between(1, 6) * limits.roundDelayMs;
    let victims = pickVictims(stage);
    stage.often(1_000, 8_000, () => {
      victims = pickVictims(stage);
    });
    stage.ruleToTheEnd(({ to, frame }, fate) => {
      const { block } = frame;
      if (block === undefined || !victims.has(to)) return;
      fate.overtakes = true;
      if (isLeader(world.nodes[to]!, block.ref)) {
        fate.extraMs += timeoutMs * (0.9 + prng.unit() * 0.12);
        return;
      }
      // What is sent at the end of a window arrives first after it.
      const passedMs = world.clock.timeMs % windowMs;
      fate.extraMs += (windowMs - passedMs) * 1.2;
    });
  },
};

function pickVictims(stage: Stage): ReadonlySet<number> {
  const { nodes } = stage.world;
  return new Set(nodes.map(({ index }) => index).filter(() => stage.prng.chance(1 / 2)));
}

function isLeader(at: SimNode, { round, author }: { round: number; author: number }): boolean {
  return at.node?.consensus?.schedule.leaders(round)[0] === author;
}
