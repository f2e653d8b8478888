/**
 * Torn writes. On a real disk a batch is a frame with a checksum; a write that the power cut short
 * leaves a frame of which some bytes are old or missing, and whoever reads the log stops there.
 *
 * @module
 */
import { concatBytes, equalBytes } from "../base/bytes.ts";
import type { Prng } from "../base/prng.ts";
import { encode, u32 } from "../bcs/schema.ts";
import { blake2b256 } from "../crypto/digest.ts";
import { checkpointBundle } from "../types/bundle.ts";
import type { Batch } from "./disk.ts";

const CHECKSUM_BYTES = 32;

/** The frame of a batch after a write that did not finish. */
export function tear(batch: Batch, prng: Prng): Uint8Array {
  const body = bodyOf(batch);
  const frame = concatBytes(blake2b256(body), body);
  if (prng.chance(1 / 2)) return frame.subarray(0, prng.below(frame.length));
  const place = prng.below(frame.length);
  frame[place] = frame[place]! ^ (1 + prng.below(255));
  return frame;
}

/** Whether the bytes of a frame are those that were written. */
export function isWhole(frame: Uint8Array): boolean {
  if (frame.length < CHECKSUM_BYTES) return false;
  const body = frame.subarray(CHECKSUM_BYTES);
  return equalBytes(frame.subarray(0, CHECKSUM_BYTES), blake2b256(body));
}

function bodyOf(batch: Batch): Uint8Array {
  switch (batch.kind) {
    case "PersistMemory":
      return encode(u32, batch.skippedRound);
    case "PersistBlocks":
      return concatBytes(...batch.blocks.map(({ bytes }) => bytes));
    case "PersistCommits":
      return concatBytes(...batch.commits.map(({ bytes }) => bytes));
    case "PersistCheckpoint":
      return encode(checkpointBundle, batch.record.bundle);
  }
}
