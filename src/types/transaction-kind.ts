/**
 * The kinds of transactions, tags 0 to 25 of the published protocol. A kind says what to do and
 * names its inputs; who asks and who pays is around it, in `transaction.ts`.
 *
 * @module
 */
import { boundedBytes, type Codec, option, tagged, u64, vector } from "../bcs/schema.ts";
import { type Address, address, type Digest, digest, type ObjectId, objectId } from "./address.ts";
import { CHANGED_OBJECTS_MAX, NAME_BYTES_MAX, REFERENCES_MAX } from "./bounds.ts";
import { type Manifest, manifest } from "./manifest.ts";
import { decryptionKey } from "./model.ts";
import { type ObjectRef, objectRef, type SomaObject, somaObject } from "./object.ts";
import { type Tensor, tensor } from "./tensor.ts";

/** What each kind carries, in tag order and in the order of its bytes. */
export type KindPayloads = {
  Genesis: { readonly objects: readonly SomaObject[] };
  ConsensusCommitPrologueV1: {
    readonly epoch: bigint;
    readonly round: bigint;
    readonly sub_dag_index: bigint | undefined;
    readonly commit_timestamp_ms: bigint;
    readonly consensus_commit_digest: Digest;
    readonly additional_state_digest: Digest;
  };
  ChangeEpoch: {
    readonly epoch: bigint;
    readonly epoch_start_timestamp_ms: bigint;
    readonly protocol_version: bigint;
    readonly fees: bigint;
    readonly epoch_randomness: Uint8Array;
  };
  /** Keys and addresses as bytes from outside; execution checks them. */
  AddValidator: {
    readonly pubkey_bytes: Uint8Array;
    readonly network_pubkey_bytes: Uint8Array;
    readonly worker_pubkey_bytes: Uint8Array;
    readonly proof_of_possession: Uint8Array;
    readonly net_address: Uint8Array;
    readonly p2p_address: Uint8Array;
    readonly primary_address: Uint8Array;
    readonly proxy_address: Uint8Array;
  };
  RemoveValidator: { readonly pubkey_bytes: Uint8Array };
  ReportValidator: { readonly reportee: Address };
  UndoReportValidator: { readonly reportee: Address };
  UpdateValidatorMetadata: {
    readonly next_epoch_network_address: Uint8Array | undefined;
    readonly next_epoch_p2p_address: Uint8Array | undefined;
    readonly next_epoch_primary_address: Uint8Array | undefined;
    readonly next_epoch_proxy_address: Uint8Array | undefined;
    readonly next_epoch_protocol_pubkey: Uint8Array | undefined;
    readonly next_epoch_worker_pubkey: Uint8Array | undefined;
    readonly next_epoch_network_pubkey: Uint8Array | undefined;
    readonly next_epoch_proof_of_possession: Uint8Array | undefined;
  };
  SetCommissionRate: { readonly new_rate: bigint };
  TransferCoin: {
    readonly coin: ObjectRef;
    /** All of the coin when absent. */
    readonly amount: bigint | undefined;
    readonly recipient: Address;
  };
  PayCoins: {
    readonly coins: readonly ObjectRef[];
    /** All of the coins to one recipient when absent. */
    readonly amounts: readonly bigint[] | undefined;
    readonly recipients: readonly Address[];
  };
  TransferObjects: { readonly objects: readonly ObjectRef[]; readonly recipient: Address };
  AddStake: {
    /** The validator. */
    readonly address: Address;
    readonly coin_ref: ObjectRef;
    readonly amount: bigint | undefined;
  };
  WithdrawStake: { readonly staked_soma: ObjectRef };
  CreateModel: {
    readonly stake_amount: bigint;
    readonly commission_rate: bigint;
    readonly architecture_version: bigint;
  };
  CommitModel: {
    readonly model_id: ObjectId;
    readonly manifest: Manifest;
    readonly weights_commitment: Digest;
    readonly embedding_commitment: Digest;
    readonly decryption_key_commitment: Digest;
  };
  RevealModel: {
    readonly model_id: ObjectId;
    readonly decryption_key: Uint8Array;
    readonly embedding: Tensor;
  };
  AddStakeToModel: {
    readonly model_id: ObjectId;
    readonly coin_ref: ObjectRef;
    readonly amount: bigint | undefined;
  };
  SetModelCommissionRate: { readonly model_id: ObjectId; readonly new_rate: bigint };
  DeactivateModel: { readonly model_id: ObjectId };
  ReportModel: { readonly model_id: ObjectId };
  UndoReportModel: { readonly model_id: ObjectId };
  SubmitData: {
    readonly target_id: ObjectId;
    readonly data_manifest: Manifest;
    readonly model_id: ObjectId;
    readonly embedding: Tensor;
    readonly distance_score: Tensor;
    readonly loss_score: Tensor;
    readonly bond_coin: ObjectRef;
  };
  ClaimRewards: { readonly target_id: ObjectId };
  ReportSubmission: { readonly target_id: ObjectId };
  UndoReportSubmission: { readonly target_id: ObjectId };
};

/** The name of a kind. */
export type KindName = keyof KindPayloads;

/** The kind of one name. */
export type KindOf<K extends KindName> = { readonly kind: K } & KindPayloads[K];

/** What a transaction does. */
export type TransactionKind = { [K in KindName]: KindOf<K> }[KindName];

// A line of text arrives with its own length in front.
const line = boundedBytes(NAME_BYTES_MAX + 2);
const optionalLine = option(line);
const references = vector(objectRef, REFERENCES_MAX);
const optionalAmount = option(u64);
const namesModel = { model_id: objectId };
const namesTarget = { target_id: objectId };

/** Layout of `TransactionKind`. */
export const transactionKind: Codec<TransactionKind> = tagged<TransactionKind>("TransactionKind", {
  Genesis: { objects: vector(somaObject, CHANGED_OBJECTS_MAX) },
  ConsensusCommitPrologueV1: {
    epoch: u64,
    round: u64,
    sub_dag_index: option(u64),
    commit_timestamp_ms: u64,
    consensus_commit_digest: digest,
    additional_state_digest: digest,
  },
  ChangeEpoch: {
    epoch: u64,
    epoch_start_timestamp_ms: u64,
    protocol_version: u64,
    fees: u64,
    epoch_randomness: line,
  },
  AddValidator: {
    pubkey_bytes: line,
    network_pubkey_bytes: line,
    worker_pubkey_bytes: line,
    proof_of_possession: line,
    net_address: line,
    p2p_address: line,
    primary_address: line,
    proxy_address: line,
  },
  RemoveValidator: { pubkey_bytes: line },
  ReportValidator: { reportee: address },
  UndoReportValidator: { reportee: address },
  UpdateValidatorMetadata: {
    next_epoch_network_address: optionalLine,
    next_epoch_p2p_address: optionalLine,
    next_epoch_primary_address: optionalLine,
    next_epoch_proxy_address: optionalLine,
    next_epoch_protocol_pubkey: optionalLine,
    next_epoch_worker_pubkey: optionalLine,
    next_epoch_network_pubkey: optionalLine,
    next_epoch_proof_of_possession: optionalLine,
  },
  SetCommissionRate: { new_rate: u64 },
  TransferCoin: { coin: objectRef, amount: optionalAmount, recipient: address },
  PayCoins: {
    coins: references,
    amounts: option(vector(u64, REFERENCES_MAX)),
    recipients: vector(address, REFERENCES_MAX),
  },
  TransferObjects: { objects: references, recipient: address },
  AddStake: { address, coin_ref: objectRef, amount: optionalAmount },
  WithdrawStake: { staked_soma: objectRef },
  CreateModel: { stake_amount: u64, commission_rate: u64, architecture_version: u64 },
  CommitModel: {
    model_id: objectId,
    manifest,
    weights_commitment: digest,
    embedding_commitment: digest,
    decryption_key_commitment: digest,
  },
  RevealModel: { model_id: objectId, decryption_key: decryptionKey, embedding: tensor },
  AddStakeToModel: { model_id: objectId, coin_ref: objectRef, amount: optionalAmount },
  SetModelCommissionRate: { model_id: objectId, new_rate: u64 },
  DeactivateModel: namesModel,
  ReportModel: namesModel,
  UndoReportModel: namesModel,
  SubmitData: {
    target_id: objectId,
    data_manifest: manifest,
    model_id: objectId,
    embedding: tensor,
    distance_score: tensor,
    loss_score: tensor,
    bond_coin: objectRef,
  },
  ClaimRewards: namesTarget,
  ReportSubmission: namesTarget,
  UndoReportSubmission: namesTarget,
});

/** Whether only the network itself may make this kind; no door takes one from outside. */
export function isSystemKind(kind: TransactionKind): boolean {
  return (
    kind.kind === "Genesis" ||
    kind.kind === "ConsensusCommitPrologueV1" ||
    kind.kind === "ChangeEpoch"
  );
}

/** Whether a kind brings a proof of possession, which costs every validator a pairing. */
export function hasProof(kind: TransactionKind): boolean {
  if (kind.kind === "AddValidator") return true;
  return kind.kind === "UpdateValidatorMetadata" && kind.next_epoch_protocol_pubkey !== undefined;
}
