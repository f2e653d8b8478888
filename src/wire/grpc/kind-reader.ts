/**
 * Kinds of transactions as clients send them in gRPC: each field is checked and named when it is
 * wrong. Floats keep their bits and URLs their characters, because the signature covers both.
 *
 * @module
 */
import { NAME_BYTES_MAX } from "../../types/bounds.ts";
import { DECRYPTION_KEY_BYTES } from "../../types/model.ts";
import { scalarTensor } from "../../types/tensor.ts";
import type { TransactionKind } from "../../types/transaction-kind.ts";
import type { TransactionKind as KindMessage } from "../generated/soma_pb.js";
import * as field from "./field.ts";
import { readManifest } from "./manifest.ts";
import { GRPC_CODE, GrpcError, invalidField, missingField } from "./status.ts";

type Messages = {
  [M in KindMessage["kind"] as M["case"] & string]: M extends { readonly value: infer V }
    ? V
    : never;
};
type Case = keyof Messages;
type Reader<C extends Case> = (message: Messages[C], path: string) => TransactionKind;

// A line comes with its own length in front.
const LINE_BYTES_MAX = NAME_BYTES_MAX + 2;

const line = (bytes: Uint8Array | undefined, path: string): Uint8Array =>
  field.bounded(bytes, LINE_BYTES_MAX, path);
const optionalLine = (bytes: Uint8Array | undefined, path: string): Uint8Array | undefined =>
  bytes === undefined ? undefined : line(bytes, path);

const system =
  (kind: string): ((message: unknown, path: string) => never) =>
  (_, path) => {
    throw invalidField(path, `${kind}: only the network itself sends this kind`);
  };

const removed = (_: unknown, path: string): never => {
  const message = `${path}: the challenge system has been removed`;
  throw new GrpcError(GRPC_CODE.unimplemented, message);
};

const ofModel =
  (kind: "DeactivateModel" | "ReportModel" | "UndoReportModel") =>
  ({ modelId }: { readonly modelId?: string | undefined }, path: string): TransactionKind => ({
    kind,
    model_id: field.objectId(modelId, `${path}.model_id`),
  });

const ofTarget =
  (kind: "ClaimRewards" | "ReportSubmission" | "UndoReportSubmission") =>
  ({ targetId }: { readonly targetId?: string | undefined }, path: string): TransactionKind => ({
    kind,
    target_id: field.objectId(targetId, `${path}.target_id`),
  });

const ofValidator =
  (kind: "ReportValidator" | "UndoReportValidator") =>
  ({ reportee }: { readonly reportee?: string | undefined }, path: string): TransactionKind => ({
    kind,
    reportee: field.address(reportee, `${path}.reportee`),
  });

const READERS: { readonly [C in Case]: Reader<C> } = {
  genesis: system("Genesis"),
  consensusCommitPrologue: system("ConsensusCommitPrologueV1"),
  changeEpoch: system("ChangeEpoch"),
  addValidator: (message, path) => ({
    kind: "AddValidator",
    pubkey_bytes: line(message.pubkeyBytes, `${path}.pubkey_bytes`),
    network_pubkey_bytes: line(message.networkPubkeyBytes, `${path}.network_pubkey_bytes`),
    worker_pubkey_bytes: line(message.workerPubkeyBytes, `${path}.worker_pubkey_bytes`),
    proof_of_possession: line(message.proofOfPossession, `${path}.proof_of_possession`),
    net_address: line(message.netAddress, `${path}.net_address`),
    p2p_address: line(message.p2pAddress, `${path}.p2p_address`),
    primary_address: line(message.primaryAddress, `${path}.primary_address`),
    proxy_address: line(message.proxyAddress, `${path}.proxy_address`),
  }),
  removeValidator: ({ pubkeyBytes }, path) => ({
    kind: "RemoveValidator",
    pubkey_bytes: line(pubkeyBytes, `${path}.pubkey_bytes`),
  }),
  reportValidator: ofValidator("ReportValidator"),
  undoReportValidator: ofValidator("UndoReportValidator"),
  updateValidatorMetadata: (message, path) => {
    const at = (name: string): string => `${path}.next_epoch_${name}`;
    return {
      kind: "UpdateValidatorMetadata",
      next_epoch_network_address: optionalLine(
        message.nextEpochNetworkAddress,
        at("network_address"),
      ),
      next_epoch_p2p_address: optionalLine(message.nextEpochP2pAddress, at("p2p_address")),
      next_epoch_primary_address: optionalLine(
        message.nextEpochPrimaryAddress,
        at("primary_address"),
      ),
      next_epoch_proxy_address: optionalLine(message.nextEpochProxyAddress, at("proxy_address")),
      next_epoch_protocol_pubkey: optionalLine(
        message.nextEpochProtocolPubkey,
        at("protocol_pubkey"),
      ),
      next_epoch_worker_pubkey: optionalLine(message.nextEpochWorkerPubkey, at("worker_pubkey")),
      next_epoch_network_pubkey: optionalLine(message.nextEpochNetworkPubkey, at("network_pubkey")),
      next_epoch_proof_of_possession: optionalLine(
        message.nextEpochProofOfPossession,
        at("proof_of_possession"),
      ),
    };
  },
  setCommissionRate: ({ newRate }, path) => ({
    kind: "SetCommissionRate",
    new_rate: field.present(newRate, `${path}.new_rate`),
  }),
  transferCoin: ({ coin, amount, recipient }, path) => ({
    kind: "TransferCoin",
    coin: field.reference(coin, `${path}.coin`),
    amount,
    recipient: field.address(recipient, `${path}.recipient`),
  }),
  // An absent list of amounts cannot be told from an empty one, and means that one.
  payCoins: ({ coins, amounts, recipients }, path) => ({
    kind: "PayCoins",
    coins: field.items(coins, `${path}.coins`, field.reference),
    amounts: field.items(amounts, `${path}.amounts`, (amount) => amount),
    recipients: field.items(recipients, `${path}.recipients`, field.address),
  }),
  transferObjects: ({ objects, recipient }, path) => ({
    kind: "TransferObjects",
    objects: field.items(objects, `${path}.objects`, field.reference),
    recipient: field.address(recipient, `${path}.recipient`),
  }),
  addStake: ({ address, coinRef, amount }, path) => ({
    kind: "AddStake",
    address: field.address(address, `${path}.address`),
    coin_ref: field.reference(coinRef, `${path}.coin_ref`),
    amount,
  }),
  withdrawStake: ({ stakedSoma }, path) => ({
    kind: "WithdrawStake",
    staked_soma: field.reference(stakedSoma, `${path}.staked_soma`),
  }),
  createModel: (message, path) => ({
    kind: "CreateModel",
    stake_amount: field.present(message.stakeAmount, `${path}.stake_amount`),
    commission_rate: field.present(message.commissionRate, `${path}.commission_rate`),
    architecture_version: field.present(
      message.architectureVersion,
      `${path}.architecture_version`,
    ),
  }),
  commitModel: (message, path) => ({
    kind: "CommitModel",
    model_id: field.objectId(message.modelId, `${path}.model_id`),
    manifest: readManifest(message.manifest, `${path}.manifest`),
    weights_commitment: field.rawDigest(message.weightsCommitment, `${path}.weights_commitment`),
    embedding_commitment: field.rawDigest(
      message.embeddingCommitment,
      `${path}.embedding_commitment`,
    ),
    decryption_key_commitment: field.rawDigest(
      message.decryptionKeyCommitment,
      `${path}.decryption_key_commitment`,
    ),
  }),
  revealModel: ({ modelId, decryptionKey, embedding }, path) => ({
    kind: "RevealModel",
    model_id: field.objectId(modelId, `${path}.model_id`),
    decryption_key: field.fixed(decryptionKey, DECRYPTION_KEY_BYTES, `${path}.decryption_key`),
    embedding: field.tensor(embedding, `${path}.embedding`),
  }),
  addStakeToModel: ({ modelId, coinRef, amount }, path) => ({
    kind: "AddStakeToModel",
    model_id: field.objectId(modelId, `${path}.model_id`),
    coin_ref: field.reference(coinRef, `${path}.coin_ref`),
    amount,
  }),
  setModelCommissionRate: ({ modelId, newRate }, path) => ({
    kind: "SetModelCommissionRate",
    model_id: field.objectId(modelId, `${path}.model_id`),
    new_rate: field.present(newRate, `${path}.new_rate`),
  }),
  deactivateModel: ofModel("DeactivateModel"),
  reportModel: ofModel("ReportModel"),
  undoReportModel: ofModel("UndoReportModel"),
  submitData: (message, path) => {
    const distance = field.present(message.distanceScore, `${path}.distance_score`);
    field.tensor([distance], `${path}.distance_score`);
    const manifest = field.present(message.dataManifest, `${path}.data_manifest`);
    return {
      kind: "SubmitData",
      target_id: field.objectId(message.targetId, `${path}.target_id`),
      data_manifest: readManifest(manifest.manifest, `${path}.data_manifest.manifest`),
      model_id: field.objectId(message.modelId, `${path}.model_id`),
      embedding: field.tensor(message.embedding, `${path}.embedding`),
      distance_score: scalarTensor(distance),
      loss_score: field.tensor(message.lossScore, `${path}.loss_score`),
      bond_coin: field.reference(message.bondCoin, `${path}.bond_coin`),
    };
  },
  claimRewards: ofTarget("ClaimRewards"),
  reportSubmission: ofTarget("ReportSubmission"),
  undoReportSubmission: ofTarget("UndoReportSubmission"),
  initiateChallenge: removed,
  reportChallenge: removed,
  undoReportChallenge: removed,
  claimChallengeBond: removed,
};

/** The kind at `path` of a request. */
export function readKind({ kind }: KindMessage, path: string): TransactionKind {
  if (kind.case === undefined) throw missingField(path);
  // `READERS` ties each reader to its case.
  const read = READERS[kind.case] as Reader<Case>;
  const name = kind.case.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return read(kind.value, `${path}.${name}`);
}
