/**
 * Committees and what they sign with, in gRPC.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import type { CheckpointCertificate } from "../../types/checkpoint.ts";
import type { Committee } from "../../types/committee.ts";
import type {
  ValidatorAggregatedSignatureSchema,
  ValidatorCommitteeSchema,
} from "../generated/soma_pb.js";

/** The validators of one epoch. */
export function committeeMessage({
  epoch,
  members,
}: Committee): MessageInitShape<typeof ValidatorCommitteeSchema> {
  return {
    epoch,
    members: members.map((member) => ({
      authorityKey: member.protocol_key,
      weight: BigInt(member.voting_power),
      networkMetadata: {
        consensusAddress: member.consensus_address,
        hostname: member.hostname,
        protocolKey: member.worker_key,
        networkKey: member.network_key,
      },
    })),
  };
}

/** One signature for many; the bitmap is a list of places in the committee. */
export function certificateMessage({
  epoch,
  signature,
  signers,
}: CheckpointCertificate): MessageInitShape<typeof ValidatorAggregatedSignatureSchema> {
  return { epoch, signature, bitmap: [...signers] };
}
