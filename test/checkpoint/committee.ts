/**
 * A committee of equal powers with keys that only tests use.
 *
 * @module
 */
import { blsPublicKey } from "../../src/crypto/bls.ts";
import { toAddress } from "../../src/types/address.ts";
import { buildCommittee, type Committee, type CommitteeMember } from "../../src/types/committee.ts";

/** The BLS secret of the member whose key was made from `n`. */
export function secretOf(n: number): Uint8Array {
  const secret = new Uint8Array(32);
  secret[31] = n + 1;
  return secret;
}

/** `size` members of equal voting power, with real BLS keys when `isReal`. */
export function committeeOf(size: number, epoch: bigint = 0n, isReal: boolean = false): Committee {
  const members = Array.from({ length: size }, (_, n): CommitteeMember => {
    const protocolKey = isReal ? blsPublicKey(secretOf(n)) : new Uint8Array(96).fill(n + 1);
    return {
      address: toAddress((n + 1).toString(16).padStart(64, "0")),
      protocol_key: protocolKey,
      network_key: new Uint8Array(32).fill(n + 1),
      worker_key: new Uint8Array(32).fill(n + 101),
      voting_power: 10_000 / size,
      consensus_address: `/ip4/127.0.0.1/tcp/${8000 + n}`,
      hostname: "127.0.0.1",
    };
  });
  return buildCommittee(epoch, members);
}
