/**
 * A node's seat in a committee. A validator that is to change its keys holds the old ones and the
 * new; the committee says which of them count, and only all three of a member make its seat.
 *
 * @module
 */
import { equalBytes, toHex } from "../base/bytes.ts";
import type { Committee, CommitteeMember } from "../types/committee.ts";
import type { PeerId } from "./io.ts";

/** A key that signs blocks. */
export type WorkerKey = {
  /** Ed25519 public key, 32 bytes. */
  readonly workerKey: Uint8Array;
  /** The Ed25519 signature of the worker key. */
  readonly sign: (message: Uint8Array) => Uint8Array;
};

/** The keys that make a node a validator when the committee has them. */
export type ValidatorIdentity = WorkerKey & {
  /** BLS public key, 96 bytes. */
  readonly protocolKey: Uint8Array;
};

/** All keys that a node may validate with; none of a kind, and it only follows. */
export type HeldKeys = {
  readonly network: readonly PeerId[];
  /** BLS public keys, 96 bytes each. */
  readonly protocol: readonly Uint8Array[];
  readonly worker: readonly WorkerKey[];
};

/** A place in a committee, and the keys that it is taken with. */
export type Seat = { readonly authority: number; readonly identity: ValidatorIdentity };

/** The seat of a node that holds `keys`, if it can take one. */
export function findSeat({ members }: Committee, keys: HeldKeys): Seat | undefined {
  for (const [authority, member] of members.entries()) {
    const { network, protocol, worker } = matchKeys(member, keys);
    if (!network || protocol === undefined || worker === undefined) continue;
    return { authority, identity: { ...worker, protocolKey: protocol } };
  }
  return undefined;
}

/** Whether a committee has a member with some of `keys`, which is this node by others. */
export function isNamed({ members }: Committee, keys: HeldKeys): boolean {
  return members.some((member) => {
    const { network, protocol, worker } = matchKeys(member, keys);
    return network || protocol !== undefined || worker !== undefined;
  });
}

type Match = {
  readonly network: boolean;
  readonly protocol: Uint8Array | undefined;
  readonly worker: WorkerKey | undefined;
};

function matchKeys(member: CommitteeMember, { network, protocol, worker }: HeldKeys): Match {
  return {
    network: network.includes(toHex(member.network_key)),
    protocol: protocol.find((key) => equalBytes(key, member.protocol_key)),
    worker: worker.find(({ workerKey }) => equalBytes(workerKey, member.worker_key)),
  };
}
