/**
 * Random values of the types that transactions and objects are made of. Sizes stay small, so that a
 * test can damage every bit of an encoding; numbers reach the ends of their range.
 *
 * @module
 */
import fc from "fast-check";

import { U64_MAX } from "../../src/base/u64.ts";
import {
  type Address,
  type Digest,
  type ObjectId,
  toAddress,
  toDigest,
  toObjectId,
} from "../../src/types/address.ts";
import type { Manifest } from "../../src/types/manifest.ts";
import type { ObjectContent, ObjectRef, SomaObject } from "../../src/types/object.ts";
import type { Owner } from "../../src/types/owner.ts";
import type { Target, TargetStatus } from "../../src/types/target.ts";
import { scalarTensor, type Tensor, vectorTensor } from "../../src/types/tensor.ts";
import type { KindName, KindPayloads, TransactionKind } from "../../src/types/transaction-kind.ts";
import type { SignedTransaction, TransactionData } from "../../src/types/transaction.ts";

/** The value, or its absence. */
export function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined });
}

/** Exactly `size` bytes. */
export function bytesOf(size: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: size, maxLength: size });
}

/** A few bytes. */
export const someBytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 12 });

/** Any 64-bit number, often at an end. */
export const u64: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(0n, 1n, U64_MAX - 1n, U64_MAX),
  fc.bigInt({ min: 0n, max: U64_MAX }),
);

const hex32 = bytesOf(32).map((bytes) => bytes.toHex());

/** Any address. */
export const address: fc.Arbitrary<Address> = hex32.map(toAddress);

/** Any id. */
export const objectId: fc.Arbitrary<ObjectId> = hex32.map(toObjectId);

/** Any digest. */
export const digest: fc.Arbitrary<Digest> = hex32.map(toDigest);

/** A finite 32-bit float, −0 and subnormal ones too. */
const finiteF32: fc.Arbitrary<number> = fc.float({ noNaN: true, noDefaultInfinity: true });

/** A tensor of one dimension. */
export const vectorOf: fc.Arbitrary<Tensor> = fc
  .array(finiteF32, { minLength: 1, maxLength: 4 })
  .map(vectorTensor);

/** A tensor of one value. */
export const scalar: fc.Arbitrary<Tensor> = finiteF32.map(scalarTensor);

/** A tensor of one to four dimensions, some of them possibly empty. */
export const tensor: fc.Arbitrary<Tensor> = fc
  .array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 })
  .chain((shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return fc
      .array(finiteF32, { minLength: count, maxLength: count })
      .map((values) => ({ shape, values: Float32Array.from(values) }));
  });

/** A URL that manifests take. */
export const url: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("http", "https"),
    fc.constantFrom("a.example", "127.0.0.1:9000", "[::1]", "localhost:65535", "x-y.z0.example"),
    fc.stringMatching(/^(\/[a-z0-9._~%-]{0,6}){0,2}(\?[a-z=&]{1,4})?$/),
  )
  .map(([scheme, host, path]) => `${scheme}://${host}${path}`);

/** A manifest. */
export const manifest: fc.Arbitrary<Manifest> = fc.record({
  url,
  metadata: fc.record({ checksum: digest, size: u64 }),
});

/** A reference to an object. */
export const objectRef: fc.Arbitrary<ObjectRef> = fc.record({
  object_id: objectId,
  version: u64,
  digest,
});

/** An owner. */
export const owner: fc.Arbitrary<Owner> = fc.oneof(
  fc.record({ kind: fc.constant("AddressOwner" as const), address }),
  fc.record({ kind: fc.constant("Shared" as const), initial_shared_version: u64 }),
  fc.constant({ kind: "Immutable" as const }),
);

const targetStatus: fc.Arbitrary<TargetStatus> = fc.oneof(
  fc.constant({ kind: "Open" as const }),
  fc.record({ kind: fc.constant("Filled" as const), fill_epoch: u64 }),
  fc.constant({ kind: "Claimed" as const }),
);

/** A set of addresses. */
export const addresses: fc.Arbitrary<ReadonlySet<Address>> = fc
  .array(address, { maxLength: 3 })
  .map((items) => new Set(items));

/** A target in any state. */
export const target: fc.Arbitrary<Target> = fc.record({
  embedding: vectorOf,
  model_ids: fc.array(objectId, { maxLength: 3 }),
  distance_threshold: scalar,
  reward_pool: u64,
  generation_epoch: u64,
  status: targetStatus,
  submitter: optional(address),
  winning_model_id: optional(objectId),
  winning_model_owner: optional(address),
  bond_amount: u64,
  winning_data_manifest: optional(manifest),
  winning_embedding: optional(vectorOf),
  winning_distance_score: optional(scalar),
  winning_loss_score: optional(vectorOf),
  submission_reports: addresses,
});

/** What any object that clients see holds. */
const objectContent: fc.Arbitrary<ObjectContent> = fc.oneof(
  fc.record({ kind: fc.constant("Coin" as const), balance: u64 }),
  fc.record({
    kind: fc.constant("StakedSoma" as const),
    pool_id: objectId,
    stake_activation_epoch: u64,
    principal: u64,
  }),
  target.map((value) => ({ kind: "Target" as const, ...value })),
);

/** Any object that clients see. */
export const somaObject: fc.Arbitrary<SomaObject> = fc.record({
  id: objectId,
  version: u64,
  owner,
  previous_transaction: digest,
  content: objectContent,
});

const amount = optional(u64);
const refs = fc.array(objectRef, { maxLength: 3 });

const payloads: { readonly [K in KindName]: fc.Arbitrary<KindPayloads[K]> } = {
  Genesis: fc.record({ objects: fc.array(somaObject, { maxLength: 2 }) }),
  ConsensusCommitPrologueV1: fc.record({
    epoch: u64,
    round: u64,
    sub_dag_index: optional(u64),
    commit_timestamp_ms: u64,
    consensus_commit_digest: digest,
    additional_state_digest: digest,
  }),
  ChangeEpoch: fc.record({
    epoch: u64,
    epoch_start_timestamp_ms: u64,
    protocol_version: u64,
    fees: u64,
    epoch_randomness: someBytes,
  }),
  AddValidator: fc.record({
    pubkey_bytes: someBytes,
    network_pubkey_bytes: someBytes,
    worker_pubkey_bytes: someBytes,
    proof_of_possession: someBytes,
    net_address: someBytes,
    p2p_address: someBytes,
    primary_address: someBytes,
    proxy_address: someBytes,
  }),
  RemoveValidator: fc.record({ pubkey_bytes: someBytes }),
  ReportValidator: fc.record({ reportee: address }),
  UndoReportValidator: fc.record({ reportee: address }),
  UpdateValidatorMetadata: fc.record({
    next_epoch_network_address: optional(someBytes),
    next_epoch_p2p_address: optional(someBytes),
    next_epoch_primary_address: optional(someBytes),
    next_epoch_proxy_address: optional(someBytes),
    next_epoch_protocol_pubkey: optional(someBytes),
    next_epoch_worker_pubkey: optional(someBytes),
    next_epoch_network_pubkey: optional(someBytes),
    next_epoch_proof_of_possession: optional(someBytes),
  }),
  SetCommissionRate: fc.record({ new_rate: u64 }),
  TransferCoin: fc.record({ coin: objectRef, amount, recipient: address }),
  PayCoins: fc.record({
    coins: refs,
    amounts: optional(fc.array(u64, { maxLength: 3 })),
    recipients: fc.array(address, { maxLength: 3 }),
  }),
  TransferObjects: fc.record({ objects: refs, recipient: address }),
  AddStake: fc.record({ address, coin_ref: objectRef, amount }),
  WithdrawStake: fc.record({ staked_soma: objectRef }),
  CreateModel: fc.record({
    stake_amount: u64,
    commission_rate: u64,
    architecture_version: u64,
  }),
  CommitModel: fc.record({
    model_id: objectId,
    manifest,
    weights_commitment: digest,
    embedding_commitment: digest,
    decryption_key_commitment: digest,
  }),
  RevealModel: fc.record({
    model_id: objectId,
    decryption_key: bytesOf(32),
    embedding: vectorOf,
  }),
  AddStakeToModel: fc.record({ model_id: objectId, coin_ref: objectRef, amount }),
  SetModelCommissionRate: fc.record({ model_id: objectId, new_rate: u64 }),
  DeactivateModel: fc.record({ model_id: objectId }),
  ReportModel: fc.record({ model_id: objectId }),
  UndoReportModel: fc.record({ model_id: objectId }),
  SubmitData: fc.record({
    target_id: objectId,
    data_manifest: manifest,
    model_id: objectId,
    embedding: vectorOf,
    distance_score: scalar,
    loss_score: vectorOf,
    bond_coin: objectRef,
  }),
  ClaimRewards: fc.record({ target_id: objectId }),
  ReportSubmission: fc.record({ target_id: objectId }),
  UndoReportSubmission: fc.record({ target_id: objectId }),
};

/** One arbitrary a kind of transaction. */
export const kindArbitraries: Readonly<Record<KindName, fc.Arbitrary<TransactionKind>>> =
  Object.fromEntries(
    Object.entries(payloads).map(([kind, payload]) => [
      kind,
      payload.map((fields) => ({ kind, ...fields })),
    ]),
    // The keys of `payloads` are the names of all kinds.
  ) as Record<KindName, fc.Arbitrary<TransactionKind>>;

/** Any kind of transaction. */
const transactionKind: fc.Arbitrary<TransactionKind> = fc.oneof(...Object.values(kindArbitraries));

/** Any transaction, unsigned. */
export const transactionData: fc.Arbitrary<TransactionData> = fc.record({
  kind: transactionKind,
  sender: address,
  gas_payment: refs,
});

/** Any transaction, with bytes for signatures that need not verify. */
export const signedTransaction: fc.Arbitrary<SignedTransaction> = fc.record({
  data: transactionData,
  signatures: fc.array(someBytes, { maxLength: 2 }),
});
