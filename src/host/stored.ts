/**
 * Values as the two databases hold them: their layouts, the names of the few that stand alone, and
 * what it means when one cannot be read. What was written decodes; if it does not, the file is
 * damaged, and the operator is told which file and what to do.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { type Codec, decode, option, struct, u32, u64, vector } from "../bcs/schema.ts";
import type { ConsensusProgress, VersionBallot } from "../node/io.ts";
import type { EpochRecord } from "../rpc/reader.ts";
import { COMMITTEE_MEMBERS_MAX } from "../types/bounds.ts";
import { committee } from "../types/committee.ts";
import { versionVotes } from "../types/version-vote.ts";

/** Names of values in the ledger's database that change with every checkpoint. */
export const META = {
  chainId: "chain_id",
  liveSet: "live_set",
  progress: "consensus_progress",
} as const;

/** The two databases, for messages. */
export type DatabaseName = "ledger" | "consensus";

const versionBallot: Codec<VersionBallot> = struct<VersionBallot>("VersionBallot", {
  authority: u32,
  votes: versionVotes,
});

/** Layout of how far consensus had come at a checkpoint. */
export const consensusProgress: Codec<ConsensusProgress> = struct<ConsensusProgress>(
  "ConsensusProgress",
  {
    commitIndex: u32,
    coveredCommit: u32,
    endOfPublish: vector(u32, COMMITTEE_MEMBERS_MAX),
    ballots: vector(versionBallot, COMMITTEE_MEMBERS_MAX),
  },
);

/** Layout of an epoch as the chain saw it. */
export const epochRecord: Codec<EpochRecord> = struct<EpochRecord>("EpochRecord", {
  epoch: u64,
  committee,
  firstCheckpoint: u64,
  lastCheckpoint: option(u64),
  startMs: u64,
  endMs: option(u64),
  protocolVersion: u64,
});

/** The value in a column. */
export function decodeStored<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
  place: { readonly database: DatabaseName; readonly what: string },
): T {
  const decoded = decode(codec, bytes);
  if (decoded.ok) return decoded.value;
  const { path, reason } = decoded.error;
  throw corrupt(place.database, `${place.what} cannot be read: ${path}: ${reason}`);
}

/** A value that must be there when the rows beside it are. */
export function presentIn<T>(database: DatabaseName, what: string, value: T | undefined): T {
  if (value === undefined) throw corrupt(database, `${what} is missing`);
  return value;
}

/** That a database does not hold what a node wrote into it. */
export function corrupt(database: DatabaseName, what: string): SomaError {
  return new SomaError("database_corrupt", `the ${database} database is damaged: ${what}`, {
    hint: "restore it from a copy, or move it away so that the node fetches its state again",
  });
}
