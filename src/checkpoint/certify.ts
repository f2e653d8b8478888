/**
 * The signature that validators put under a checkpoint: BLS over the summary and its epoch, added
 * up to one certificate. This room says what must hold; the driver does the pairing.
 *
 * @module
 */
import { encode } from "../bcs/schema.ts";
import { authorityMessage, SCOPE } from "../crypto/intent.ts";
import {
  type CheckpointCertificate,
  type CheckpointSummary,
  checkpointSummary,
} from "../types/checkpoint.ts";
import { type Committee, memberAt, QUORUM_POWER, votingPowerOf } from "../types/committee.ts";

/** One pairing check: that `signature` is the sum of all keys' signatures over `message`. */
export type AggregateCheck = {
  readonly publicKeys: readonly Uint8Array[];
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

/** The bytes a validator signs for a checkpoint. */
export function checkpointMessage(summary: CheckpointSummary): Uint8Array {
  const body = encode(checkpointSummary, summary);
  return authorityMessage(SCOPE.checkpointSummary, body, summary.epoch);
}

/** What must be verified for `certificate`, or why it cannot be one. */
export function certificateCheck(
  summary: CheckpointSummary,
  certificate: CheckpointCertificate,
  committee: Committee,
): AggregateCheck | string {
  if (certificate.epoch !== summary.epoch || committee.epoch !== summary.epoch) {
    return `certificate of epoch ${certificate.epoch} for a checkpoint of ${summary.epoch}`;
  }
  const { signers, signature } = certificate;
  if (signers.some((signer) => signer >= committee.members.length)) {
    return "a signer is not in the committee";
  }
  if (votingPowerOf(committee, signers) < QUORUM_POWER) return "the signers are not a quorum";
  const publicKeys = signers.map((signer) => memberAt(committee, signer).protocol_key);
  return { publicKeys, message: checkpointMessage(summary), signature };
}
