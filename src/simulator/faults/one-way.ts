/**
 * One-way partitions: what one node sends another is swallowed while the other direction works. The
 * connection is reset when that is over, as a transport would do.
 *
 * @module
 */
import type { Fault } from "../stage.ts";

/** Links are down in one direction. */
export const ONE_WAY: Fault = {
  unleash: (stage) => {
    const { world, prng } = stage;
    stage.often(2_000, 12_000, () => {
      const mute = stage.pickNode();
      const deaf = world.nodes.filter((node) => node !== mute && prng.chance(1 / 2));
      const durationMs = stage.between(300, 8_000);
      stage.rule(durationMs, ({ from, to }, fate) => {
        if (from === mute.index && deaf.some(({ index }) => index === to)) fate.isLost = true;
      });
      stage.undoAfter(durationMs, () => {
        for (const node of deaf) {
          world.connections.cut(mute, node);
          world.connections.connectSoon(mute, node);
        }
      });
    });
  },
};
