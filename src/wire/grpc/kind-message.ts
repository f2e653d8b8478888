/**
 * Kinds of transactions as nodes show them in gRPC. References have bare ids, models and targets
 * have 0x in front, as published clients write them.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import { fromHex } from "../../base/bytes.ts";
import type { ObjectRef } from "../../types/object.ts";
import { scalarValue } from "../../types/tensor.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
import type { KindName, KindOf, TransactionKind } from "../../types/transaction-kind.ts";
import type { ObjectReferenceSchema, TransactionKindSchema } from "../generated/soma_pb.js";
import { manifestMessage } from "./manifest.ts";
import { timestamp } from "./time.ts";

type Message = MessageInitShape<typeof TransactionKindSchema>;
type Init = NonNullable<Extract<Message, { kind?: unknown }>["kind"]>;
type Writer<K extends KindName> = (kind: KindOf<K>) => Init;

const WRITERS: { readonly [K in KindName]: Writer<K> } = {
  // The objects of genesis are served as objects; here they would not fit in an answer.
  Genesis: () => ({ case: "genesis", value: {} }),
  ConsensusCommitPrologueV1: (kind) => ({
    case: "consensusCommitPrologue",
    value: {
      epoch: kind.epoch,
      round: kind.round,
      ...(kind.sub_dag_index !== undefined && { subDagIndex: kind.sub_dag_index }),
      commitTimestamp: timestamp(kind.commit_timestamp_ms),
      consensusCommitDigest: formatDigest(kind.consensus_commit_digest),
      additionalStateDigest: formatDigest(kind.additional_state_digest),
    },
  }),
  ChangeEpoch: (kind) => ({
    case: "changeEpoch",
    value: {
      epoch: kind.epoch,
      epochStartTimestamp: timestamp(kind.epoch_start_timestamp_ms),
      protocolVersion: kind.protocol_version,
      fees: kind.fees,
      epochRandomness: kind.epoch_randomness,
    },
  }),
  AddValidator: (kind) => ({
    case: "addValidator",
    value: {
      pubkeyBytes: kind.pubkey_bytes,
      networkPubkeyBytes: kind.network_pubkey_bytes,
      workerPubkeyBytes: kind.worker_pubkey_bytes,
      netAddress: kind.net_address,
      p2pAddress: kind.p2p_address,
      primaryAddress: kind.primary_address,
      proxyAddress: kind.proxy_address,
      proofOfPossession: kind.proof_of_possession,
    },
  }),
  RemoveValidator: ({ pubkey_bytes: pubkeyBytes }) => ({
    case: "removeValidator",
    value: { pubkeyBytes },
  }),
  ReportValidator: ({ reportee }) => ({ case: "reportValidator", value: { reportee } }),
  UndoReportValidator: ({ reportee }) => ({ case: "undoReportValidator", value: { reportee } }),
  UpdateValidatorMetadata: (kind) => ({
    case: "updateValidatorMetadata",
    value: given({
      nextEpochNetworkAddress: kind.next_epoch_network_address,
      nextEpochP2pAddress: kind.next_epoch_p2p_address,
      nextEpochPrimaryAddress: kind.next_epoch_primary_address,
      nextEpochProxyAddress: kind.next_epoch_proxy_address,
      nextEpochProtocolPubkey: kind.next_epoch_protocol_pubkey,
      nextEpochWorkerPubkey: kind.next_epoch_worker_pubkey,
      nextEpochNetworkPubkey: kind.next_epoch_network_pubkey,
      nextEpochProofOfPossession: kind.next_epoch_proof_of_possession,
    }),
  }),
  SetCommissionRate: ({ new_rate: newRate }) => ({ case: "setCommissionRate", value: { newRate } }),
  TransferCoin: ({ coin, amount, recipient }) => ({
    case: "transferCoin",
    value: { coin: referenceMessage(coin), recipient, ...given({ amount }) },
  }),
  PayCoins: ({ coins, amounts = [], recipients }) => ({
    case: "payCoins",
    value: {
      coins: coins.map(referenceMessage),
      amounts: [...amounts],
      recipients: [...recipients],
    },
  }),
  TransferObjects: ({ objects, recipient }) => ({
    case: "transferObjects",
    value: { objects: objects.map(referenceMessage), recipient },
  }),
  AddStake: ({ address, coin_ref, amount }) => ({
    case: "addStake",
    value: { address, coinRef: referenceMessage(coin_ref), ...given({ amount }) },
  }),
  WithdrawStake: ({ staked_soma }) => ({
    case: "withdrawStake",
    value: { stakedSoma: referenceMessage(staked_soma) },
  }),
  CreateModel: (kind) => ({
    case: "createModel",
    value: {
      stakeAmount: kind.stake_amount,
      commissionRate: kind.commission_rate,
      architectureVersion: kind.architecture_version,
    },
  }),
  CommitModel: (kind) => ({
    case: "commitModel",
    value: {
      modelId: formatObjectId(kind.model_id),
      manifest: manifestMessage(kind.manifest),
      weightsCommitment: fromHex(kind.weights_commitment),
      embeddingCommitment: fromHex(kind.embedding_commitment),
      decryptionKeyCommitment: fromHex(kind.decryption_key_commitment),
    },
  }),
  RevealModel: ({ model_id, decryption_key: decryptionKey, embedding }) => ({
    case: "revealModel",
    value: {
      modelId: formatObjectId(model_id),
      decryptionKey,
      embedding: [...embedding.values],
    },
  }),
  AddStakeToModel: ({ model_id, coin_ref, amount }) => ({
    case: "addStakeToModel",
    value: {
      modelId: formatObjectId(model_id),
      coinRef: referenceMessage(coin_ref),
      ...given({ amount }),
    },
  }),
  SetModelCommissionRate: ({ model_id, new_rate: newRate }) => ({
    case: "setModelCommissionRate",
    value: { modelId: formatObjectId(model_id), newRate },
  }),
  DeactivateModel: ({ model_id }) => ({
    case: "deactivateModel",
    value: { modelId: formatObjectId(model_id) },
  }),
  ReportModel: ({ model_id }) => ({
    case: "reportModel",
    value: { modelId: formatObjectId(model_id) },
  }),
  UndoReportModel: ({ model_id }) => ({
    case: "undoReportModel",
    value: { modelId: formatObjectId(model_id) },
  }),
  SubmitData: (kind) => ({
    case: "submitData",
    value: {
      targetId: formatObjectId(kind.target_id),
      dataManifest: { manifest: manifestMessage(kind.data_manifest) },
      modelId: formatObjectId(kind.model_id),
      embedding: [...kind.embedding.values],
      ...given({ distanceScore: scalarValue(kind.distance_score) }),
      bondCoin: referenceMessage(kind.bond_coin),
      lossScore: [...kind.loss_score.values],
    },
  }),
  ClaimRewards: ({ target_id }) => ({
    case: "claimRewards",
    value: { targetId: formatObjectId(target_id) },
  }),
  ReportSubmission: ({ target_id }) => ({
    case: "reportSubmission",
    value: { targetId: formatObjectId(target_id) },
  }),
  UndoReportSubmission: ({ target_id }) => ({
    case: "undoReportSubmission",
    value: { targetId: formatObjectId(target_id) },
  }),
};

/** A kind. */
export function kindMessage(kind: TransactionKind): Message {
  // `WRITERS` ties each writer to its kind.
  const write = WRITERS[kind.kind] as Writer<KindName>;
  return { kind: write(kind) };
}

/** One state of one object. */
export function referenceMessage({
  object_id: objectId,
  version,
  digest,
}: ObjectRef): MessageInitShape<typeof ObjectReferenceSchema> {
  return { objectId, version, digest: formatDigest(digest) };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value: the others are absent, not empty. */
export function given<T extends object>(fields: T): Given<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<T>;
}
