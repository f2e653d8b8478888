/**
 * A withholder sends its blocks to a few only, and answers those who ask for them late or never, so
 * that the others have to find them elsewhere.
 *
 * @module
 */
import type { PeerMessage } from "../../types/message.ts";
import type { Fault } from "../stage.ts";

/** Blocks reach only a few. */
export const WITHHOLD: Fault = {
  corrupt: (stage) => {
    const { prng, world } = stage;
    const draw = (): boolean[] => {
      const chance = prng.pick([0, 0.2, 0.5, 0.8, 1]);
      return world.nodes.map(() => prng.chance(chance));
    };
    let isFavoured = draw();
    stage.often(500, 8_000, () => {
      isFavoured = draw();
    });
    const isWithheld = ({ kind }: PeerMessage): boolean =>
      kind === "Block" || kind === "FetchedBlocks" || kind === "CheckpointSignature";
    return (message, to) =>
      isWithheld(message) && isFavoured[to] === false && prng.chance(0.9) ? [] : [message];
  },
};
