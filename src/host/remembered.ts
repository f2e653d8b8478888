/**
 * In which epochs a validator knows of all blocks that it has signed, as its database of consensus
 * says: the last one and the one before, in which the ledger may still be after a crash.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { type Codec, encode, struct, u32, u64 } from "../bcs/schema.ts";
import type { ConsensusStore } from "../storage/store.ts";
import { decodeStored } from "./stored.ts";

/** Up to which round of an epoch nothing is signed, by a node that knows what it has signed. */
export type EpochMemory = { readonly epoch: bigint; readonly skippedRound: number };

const LAST_KEY = "memory";
const BEFORE_KEY = "memory_before";
/** An older program left blocks and no memory of its own ones. */
const UNREMEMBERED_KEY = "unremembered";

const epochMemory: Codec<EpochMemory> = struct<EpochMemory>("EpochMemory", {
  epoch: u64,
  skippedRound: u32,
});

/** What is known of the last epoch of which anything is. */
export function lastMemory(store: ConsensusStore): EpochMemory | undefined {
  const last = read(store, LAST_KEY);
  if (last === undefined && store.meta(UNREMEMBERED_KEY) !== undefined) throw tooOld();
  return last;
}

/** What is known of an epoch. */
export function memoryOf(store: ConsensusStore, epoch: bigint): EpochMemory | undefined {
  return [lastMemory(store), read(store, BEFORE_KEY)].find((memory) => memory?.epoch === epoch);
}

/** Notes what is known of an epoch, and forgets what is no longer needed. */
export function remember(store: ConsensusStore, memory: EpochMemory): void {
  const { epoch } = memory;
  const last = read(store, LAST_KEY);
  const isBefore = last !== undefined && epoch < last.epoch;
  const meta = [{ key: isBefore ? BEFORE_KEY : LAST_KEY, value: encode(epochMemory, memory) }];
  if (last !== undefined && epoch > last.epoch) {
    meta.push({ key: BEFORE_KEY, value: encode(epochMemory, last) });
  }
  store.write({ epoch, meta });
}

function read(store: ConsensusStore, key: string): EpochMemory | undefined {
  const what = "what is known of own blocks";
  const bytes = store.meta(key);
  return bytes && decodeStored(epochMemory, bytes, { database: "consensus", what });
}

// The node would ask others what it has signed; where all are as old, nobody could say.
function tooOld(): SomaError {
  const what = "the consensus database was written by a version of soma that is too old";
  return new SomaError("database_older", what, {
    hint:
      "begin a local network anew with `soma localnet reset`; in another network move the file " +
      "away, and the node asks the others what it has signed",
  });
}
