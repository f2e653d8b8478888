/**
 * Cuts an answer full of blocks to size: oldest rounds first, so that what fits can be used without
 * what does not.
 *
 * @module
 */
import { compareText } from "../base/bytes.ts";
import { wholeSlots } from "../types/block.ts";
import type { BlockKey, BlockRow, ReadLimits } from "./store.ts";

/** Orders blocks by round, author and digest. */
export function compareBlocks(left: BlockKey, right: BlockKey): number {
  return (
    left.round - right.round || left.author - right.author || compareText(left.digest, right.digest)
  );
}

/** The first blocks of `keys` within the limits; the first always fits. */
export function takeBlocks(
  keys: readonly BlockKey[],
  limits: ReadLimits,
  find: (key: BlockKey) => Uint8Array | undefined,
): BlockRow[] {
  const taken: BlockRow[] = [];
  let roomBytes = limits.bytesMax;
  for (const key of keys.toSorted(compareBlocks)) {
    const bytes = find(key);
    if (bytes === undefined) continue;
    roomBytes -= bytes.length;
    const isFull = taken.length >= limits.blocksMax || roomBytes < 0;
    if (isFull && taken.length > 0) return taken.slice(0, wholeSlots(taken, key));
    taken.push({ ...key, bytes });
  }
  return taken;
}
