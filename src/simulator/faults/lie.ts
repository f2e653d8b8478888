/**
 * A liar signs wrong checkpoints, votes for commits that nobody made, and says of transactions that
 * it has taken them, or that they cannot be.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { toHex } from "../../base/bytes.ts";
import { type Digest, toDigest } from "../../types/address.ts";
import { decodeSignedBlock, signBlock } from "../../types/block.ts";
import type { PeerMessage, SubmitRefusal } from "../../types/message.ts";
import type { SimNode } from "../sim-node.ts";
import type { Fault, Stage } from "../stage.ts";

/** Signatures and votes are wrong. */
export const LIE: Fault = {
  corrupt: (stage, traitor) => {
    const chance = stage.prng.pick([0.1, 0.5, 1]);
    return (message) => [stage.prng.chance(chance) ? falsify(stage, traitor, message) : message];
  },
};

function falsify(stage: Stage, traitor: SimNode, message: PeerMessage): PeerMessage {
  const { prng } = stage;
  switch (message.kind) {
    case "CheckpointSignature":
      return prng.chance(1 / 2)
        ? { ...message, signature: prng.bytes(message.signature.length) }
        : { ...message, digest: drawDigest(stage) };
    case "Submitted":
      return { ...message, refusal: drawRefusal(stage) };
    case "Block":
      return { kind: "Block", block: voteWrong(stage, traitor, message.block) };
    default:
      return message;
  }
}

function voteWrong(stage: Stage, traitor: SimNode, bytes: Uint8Array): Uint8Array {
  const decoded = decodeSignedBlock(bytes);
  if (!decoded.ok) return bytes;
  const { block } = decoded.value;
  const votes = block.commit_votes.map((vote) => ({ ...vote, digest: drawDigest(stage) }));
  const { sign } = present(traitor.identity, "a validator");
  return signBlock({ ...block, commit_votes: votes }, sign).bytes;
}

const REASONS = [undefined, "Overloaded", "Behind", "Locked", "Stale", "Invalid"] as const;

function drawRefusal({ prng }: Stage): SubmitRefusal | undefined {
  const reason = prng.pick(REASONS);
  return reason === undefined ? undefined : { reason, detail: "never" };
}

function drawDigest({ prng }: Stage): Digest {
  return toDigest(toHex(prng.bytes(32)));
}
