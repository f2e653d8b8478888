/**
 * Committees, configurations and signatures for the tests of consensus. The signature is a hash:
 * deterministic and cheap, while the layout of blocks is the real one.
 *
 * @module
 */
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import type { ConsensusConfig, PayloadSource } from "../../src/consensus/io.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { CONSENSUS_LIMITS, type ConsensusLimits } from "../../src/protocol/limits.ts";
import { toAddress } from "../../src/types/address.ts";
import { type Block, genesisBlock, signBlock, type SignedBlock } from "../../src/types/block.ts";
import {
  buildCommittee,
  type Committee,
  type CommitteeMember,
  TOTAL_VOTING_POWER,
} from "../../src/types/committee.ts";

/** When the epoch of all these tests starts. */
export const EPOCH_START_MS = 1_000_000n;

/** A committee of `size` members with equal power, or with the powers given. */
export function testCommittee(size: number, powers?: readonly number[]): Committee {
  const share = Math.floor(TOTAL_VOTING_POWER / size);
  const rest = TOTAL_VOTING_POWER - share * size;
  const members = Array.from({ length: size }, (_, index) =>
    testMember(index, powers?.[index] ?? share + (index < rest ? 1 : 0)),
  );
  return buildCommittee(3n, members);
}

/** The same in the first epoch, where authorities do not wait for those that are absent. */
export function firstCommittee(size: number): Committee {
  return buildCommittee(0n, testCommittee(size).members);
}

/** A configuration for one authority of `committee`. */
export function testConfig(
  committee: Committee,
  authority: number,
  changes: Partial<ConsensusConfig> = {},
): ConsensusConfig {
  return {
    committee,
    epochStartMs: EPOCH_START_MS,
    authority,
    limits: CONSENSUS_LIMITS,
    sign: (message) => hashSignature(authority, message),
    payload: NO_PAYLOAD,
    ...changes,
  };
}

/** The limits with some of them changed. */
export function limitsWith(changes: Partial<ConsensusLimits>): ConsensusLimits {
  return { ...CONSENSUS_LIMITS, ...changes };
}

/** A payload source that never has anything and accepts everything. */
export const NO_PAYLOAD: PayloadSource = {
  take: () => [],
  busy: () => false,
  check: () => undefined,
};

/** 64 bytes that depend on the signer and the message. */
export function hashSignature(authority: number, message: Uint8Array): Uint8Array {
  const half = blake2b256(utf8(`signer ${authority}`), message);
  return concatBytes(half, half);
}

/** The genesis blocks of a committee. */
export function genesisOf(committee: Committee): SignedBlock[] {
  return committee.members.map((_, author) =>
    genesisBlock(committee.epoch, author, EPOCH_START_MS),
  );
}

/** A signed block with sensible defaults: a millisecond of time a round and no payload. */
export function testBlock(
  committee: Committee,
  parts: Pick<Block, "round" | "author"> & Partial<Block>,
): SignedBlock {
  const unsigned: Block = {
    epoch: committee.epoch,
    timestamp_ms: EPOCH_START_MS + BigInt(parts.round),
    ancestors: [],
    transactions: [],
    commit_votes: [],
    ...parts,
  };
  return signBlock(unsigned, (message) => hashSignature(parts.author, message));
}

function testMember(index: number, votingPower: number): CommitteeMember {
  const byte = index + 1;
  return {
    address: toAddress(byte.toString(16).padStart(64, "0")),
    protocol_key: new Uint8Array(96).fill(byte),
    network_key: new Uint8Array(32).fill(byte),
    worker_key: new Uint8Array(32).fill(byte),
    voting_power: votingPower,
    consensus_address: `/dns/validator-${index}/tcp/8000`,
    hostname: `validator-${index}`,
  };
}
