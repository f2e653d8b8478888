/**
 * What a bad network does to single messages, worse than any transport lets through: it loses them,
 * repeats them, lets them overtake each other and holds them up.
 *
 * @module
 */
import type { Fault } from "../stage.ts";

/** Messages are lost. */
export const LOSS: Fault = {
  unleash: (stage) => {
    const chance = stage.prng.pick([0.001, 0.01, 0.05, 0.2]);
    stage.ruleToTheEnd((_, fate) => {
      if (stage.prng.chance(chance)) fate.isLost = true;
    });
  },
};

/** Messages arrive more than once. */
export const DUPLICATE: Fault = {
  unleash: (stage) => {
    const chance = stage.prng.pick([0.01, 0.1, 0.5]);
    stage.ruleToTheEnd((_, fate) => {
      if (stage.prng.chance(chance)) fate.copies += 1 + stage.prng.below(2);
    });
  },
};

/** Messages overtake each other. */
export const REORDER: Fault = {
  unleash: (stage) => {
    const chance = stage.prng.pick([0.05, 0.3, 1]);
    const extraMaxMs = stage.between(20, 400);
    stage.ruleToTheEnd((_, fate) => {
      if (!stage.prng.chance(chance)) return;
      fate.overtakes = true;
      fate.extraMs += stage.prng.unit() * extraMaxMs;
    });
  },
};

/** Some messages take very long. */
export const TAIL: Fault = {
  unleash: (stage) => {
    const { prng, world } = stage;
    const chance = prng.pick([0.001, 0.01, 0.05]);
    const slowLinks = world.nodes.map(() => world.nodes.map(() => prng.chance(1 / 8)));
    const slowMs = stage.between(50, 600);
    stage.ruleToTheEnd(({ from, to }, fate) => {
      if (slowLinks[from]![to]!) fate.extraMs += prng.unit() * slowMs;
      // A heavy tail: half of it within 200 ms, some beyond 10 s.
      if (prng.chance(chance)) fate.extraMs += Math.min(20_000, 100 / (prng.unit() + 1e-3));
    });
  },
};
