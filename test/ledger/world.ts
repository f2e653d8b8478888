/**
 * A ledger in memory for tests: a small network from genesis, accounts with coins, and checks that
 * run after every transaction: money is conserved, versions rise, effects say what happened.
 *
 * @module
 */
import { expect } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { decode, encode, text } from "../../src/bcs/schema.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { heldValue, sumValue } from "../../src/ledger/conservation.ts";
import { buildChangeEpoch } from "../../src/ledger/epoch/change.ts";
import { executeTransaction, type ExecutionContext } from "../../src/ledger/execute.ts";
import { buildGenesis, type Genesis } from "../../src/ledger/genesis/build.ts";
import type { GenesisConfig, GenesisModel } from "../../src/ledger/genesis/config.ts";
import { digestOf, type Execution } from "../../src/ledger/outcome.ts";
import {
  type Address,
  deriveObjectId,
  type Digest,
  type ObjectId,
  toAddress,
  toDigest,
} from "../../src/types/address.ts";
import { TOTAL_SUPPLY } from "../../src/types/coin.ts";
import {
  type ContentOf,
  EPOCH_STATE_ID,
  type StateContent,
  type StateObject,
  stateObject,
} from "../../src/types/entry.ts";
import type { ExecutionFault, FaultKind } from "../../src/types/fault.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { type Tensor, tensor, vectorTensor } from "../../src/types/tensor.ts";
import type { KindOf, TransactionKind } from "../../src/types/transaction-kind.ts";
import {
  systemTransaction,
  type TransactionData,
  transactionDigest,
} from "../../src/types/transaction.ts";

/** Shannons in one SOMA. */
export const SOMA: bigint = 1_000_000_000n;

/** The length of an epoch. */
export const DAY_MS: bigint = 86_400_000n;

/** When the network begins. */
export const START_MS: bigint = 1_700_000_000_000n;

/** Values of an embedding. */
export const DIMENSION: number = 16;

/** Bytes that a name determines. */
export function bytesOf(name: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let start = 0; start < size; start += 32) {
    const block = blake2b256(new TextEncoder().encode(`${name}/${start}`));
    bytes.set(block.subarray(0, Math.min(32, size - start)), start);
  }
  return bytes;
}

/** An address that a name determines. */
export function account(name: string): Address {
  return toAddress(bytesOf(name, 32).toHex());
}

/** A digest that a name determines. */
export function digestFrom(name: string): Digest {
  return toDigest(bytesOf(name, 32).toHex());
}

/** A vector that a name determines, with values between −1 and 1. */
export function embeddingOf(name: string, dimension: number = DIMENSION): Tensor {
  return vectorTensor([...bytesOf(name, dimension)].map((byte) => (byte - 127.5) / 127.5));
}

/** Names of the validators. */
export const VALIDATORS: readonly string[] = ["v0", "v1", "v2", "v3"];

/** A model that is there from the beginning. */
export function genesisModel(name: string, stake: bigint = SOMA): GenesisModel {
  return {
    owner: account(`owner of ${name}`),
    manifest: {
      url: `http://127.0.0.1:9000/v1/blobs/${name}`,
      metadata: { checksum: digestFrom(`weights of ${name}`), size: 1_000n },
    },
    decryption_key: bytesOf(`key of ${name}`, 32),
    weights_commitment: digestFrom(`weights of ${name}`),
    embedding: embeddingOf(name),
    architecture_version: 1n,
    commission_rate: 1_000n,
    initial_stake: stake,
  };
}

/** Four validators, three models, and two coins of 1,000 SOMA for each of three accounts. */
export function testConfig(changes: Partial<GenesisConfig> = {}): GenesisConfig {
  const accounts = ["alice", "bob", "carol"];
  return {
    chain_start_ms: START_MS,
    protocol_version: 1n,
    overrides: {
      target_embedding_dim: BigInt(DIMENSION),
      target_initial_targets_per_epoch: 4n,
      min_submission_data_size: 1_048_576n,
    },
    validators: VALIDATORS.map((name) => genesisValidator(name)),
    models: [genesisModel("prose"), genesisModel("code"), genesisModel("binary")],
    allocations: [
      ...VALIDATORS.map((name) => ({
        recipient: account(name),
        amount: 20_000n * SOMA,
        staked_with_validator: account(name),
      })),
      ...VALIDATORS.map((name) => ({ recipient: account(name), amount: 100n * SOMA })),
      ...[...accounts, ...accounts].map((name) => ({
        recipient: account(name),
        amount: 1_000n * SOMA,
      })),
    ],
    ...changes,
  };
}

/** A validator with keys that its name determines. */
export function genesisValidator(name: string): GenesisConfig["validators"][number] {
  return {
    account: account(name),
    protocol_pubkey: bytesOf(`protocol key of ${name}`, 96),
    proof_of_possession: bytesOf(`proof of ${name}`, 48),
    network_pubkey: ed25519PublicKey(bytesOf(`network key of ${name}`, 32)),
    worker_pubkey: ed25519PublicKey(bytesOf(`worker key of ${name}`, 32)),
    net_address: `/dns/${name}/tcp/8080`,
    p2p_address: `/dns/${name}/tcp/8084`,
    primary_address: `/dns/${name}/tcp/8081`,
    proxy_address: `/dns/${name}/tcp/8082`,
    commission_rate: 200n,
  };
}

/** A network in memory. */
export class World {
  readonly genesis: Genesis;
  readonly objects: Map<ObjectId, StateObject> = new Map();
  /** Digests of all effects so far: equal on every run. */
  readonly trail: string[] = [];
  /** Fees of the running epoch: out of the state until the epoch changes. */
  fees: bigint = 0n;
  nowMs: bigint = START_MS;
  commits: number = 0;
  readonly reload: boolean;

  /** With `reload` every object passes through its bytes, as with a store. */
  constructor(changes: Partial<GenesisConfig> = {}, reload: boolean = false) {
    const built = buildGenesis(testConfig(changes));
    if (!built.ok) throw new Error(built.error);
    this.genesis = built.value;
    this.reload = reload;
    for (const object of built.value.objects) this.put(object);
    expect(this.supply()).toBe(TOTAL_SUPPLY);
  }

  find(id: ObjectId): StateObject | undefined {
    return this.objects.get(id);
  }

  get epoch(): bigint {
    return this.content("EpochState", EPOCH_STATE_ID).epoch;
  }

  /** All money: in the state, and in fees not yet given back. */
  supply(): bigint {
    return sumValue(this.objects.values()) + this.fees;
  }

  content<K extends StateContent["kind"]>(kind: K, id: ObjectId): ContentOf<K> {
    const content = present(this.find(id), `${kind} ${id}`).content;
    expect(content.kind).toBe(kind);
    return content as ContentOf<K>;
  }

  /** Objects of a kind, with their owner if one is given; the richest coins first. */
  list<K extends StateContent["kind"]>(
    kind: K,
    owner?: Address,
  ): { readonly id: ObjectId; readonly content: ContentOf<K> }[] {
    const found: { readonly id: ObjectId; readonly content: ContentOf<K> }[] = [];
    for (const { id, content, owner: held } of this.objects.values()) {
      if (content.kind !== kind) continue;
      if (owner !== undefined && (held.kind !== "AddressOwner" || held.address !== owner)) continue;
      found.push({ id, content: content as ContentOf<K> });
    }
    return found.sort((left, right) => {
      const [a, b] = [heldValue(left.content), heldValue(right.content)];
      return a !== b ? (a > b ? -1 : 1) : left.id < right.id ? -1 : 1;
    });
  }

  balance(owner: Address): bigint {
    return this.list("Coin", owner).reduce((sum, { content }) => sum + content.balance, 0n);
  }

  ref(id: ObjectId): ObjectRef {
    const object = present(this.find(id), `object ${id}`);
    return { object_id: id, version: object.version, digest: digestOf(object) };
  }

  /** Reference to the `index`th richest coin of somebody. */
  coin(owner: Address, index = 0): ObjectRef {
    return this.ref(present(this.list("Coin", owner)[index], `coin ${index}`).id);
  }

  /** A commitment to a tensor. */
  commitTo(value: Tensor): Digest {
    return toDigest(blake2b256(encode(tensor, value)).toHex());
  }

  context(): ExecutionContext {
    return {
      epoch: this.epoch,
      commitTimestampMs: this.nowMs,
      commitDigest: digestFrom(`commit ${this.commits}`),
    };
  }

  /** Executes a kind; gas is the sender's richest coin unless given. */
  run(
    sender: Address,
    kind: TransactionKind,
    gas: readonly ObjectRef[] = [this.coin(sender)],
  ): Execution {
    return this.execute({ kind, sender, gas_payment: gas });
  }

  execute(data: TransactionData): Execution {
    this.commits++;
    const execution = executeTransaction(this, data, transactionDigest(data), this.context());
    this.check(execution);
    this.apply(execution);
    expect(this.supply()).toBe(TOTAL_SUPPLY);
    return execution;
  }

  /** Ends the epoch after it ran for `elapsedMs`. */
  endEpoch(elapsedMs: bigint = DAY_MS): Execution {
    this.nowMs = this.content("EpochState", EPOCH_STATE_ID).start_timestamp_ms + elapsedMs;
    const kind = buildChangeEpoch(this, {
      timestampMs: this.nowMs,
      fees: this.fees,
      lastCommit: digestFrom(`commit ${this.commits}`),
    });
    const { data } = systemTransaction(kind);
    this.commits++;
    const execution = executeTransaction(this, data, transactionDigest(data), this.context());
    expect(faultOf(execution)).toBeUndefined();
    this.check(execution);
    this.fees = 0n;
    this.apply(execution);
    expect(this.supply()).toBe(TOTAL_SUPPLY);
    return execution;
  }

  private apply({ effects, written, deleted }: Execution): void {
    for (const object of written) this.put(object);
    for (const id of deleted) this.objects.delete(id);
    this.fees += effects.transaction_fee.total_fee;
    this.trail.push(
      JSON.stringify(effects, (_, value: unknown) =>
        typeof value === "bigint" ? value.toString() : value,
      ),
    );
  }

  private put(object: StateObject): void {
    if (!this.reload) {
      this.objects.set(object.id, object);
      return;
    }
    const decoded = decode(stateObject, encode(stateObject, object));
    if (!decoded.ok) throw new Error(`${decoded.error.path}: ${decoded.error.reason}`);
    this.objects.set(object.id, decoded.value);
  }

  // What effects say must be what the execution left, against the state before it.
  private check({ effects, written, deleted }: Execution): void {
    const ids = effects.changed_objects.map((change) => change.object_id);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    expect(written.length + deleted.length).toBe(ids.length);
    for (const { object_id: id, input_state: input } of effects.changed_objects) {
      const before = this.find(id);
      expect(input.kind).toBe(before === undefined ? "NotExist" : "Exist");
      if (before !== undefined) expect(effects.version).toBeGreaterThan(before.version);
    }
    for (const object of written) expect(object.version).toBe(effects.version);
    const { base_fee, operation_fee, value_fee, total_fee } = effects.transaction_fee;
    expect(total_fee).toBe(base_fee + operation_fee + value_fee);
  }
}

/** The fault of an execution, if it failed. */
export function faultOf({ effects }: Execution): ExecutionFault | undefined {
  return effects.status.kind === "Failure" ? effects.status.error : undefined;
}

/** The name of the fault of an execution, or "Success". */
export function statusOf(execution: Execution): FaultKind | "Success" {
  return faultOf(execution)?.kind ?? "Success";
}

/** The ids of a kind that an execution created. */
export function created(execution: Execution, kind: StateContent["kind"]): ObjectId[] {
  const made = new Set(
    execution.effects.changed_objects
      .filter((change) => change.id_operation === "Created")
      .map((change) => change.object_id),
  );
  return execution.written
    .filter((object) => made.has(object.id) && object.content.kind === kind)
    .map((object) => object.id);
}

/** A commitment to weights that a name determines. */
export function commitmentOf(
  modelId: ObjectId,
  name: string,
  dimension: number = DIMENSION,
): KindOf<"CommitModel"> {
  const { manifest, weights_commitment, decryption_key } = genesisModel(name);
  const embedding = encode(tensor, embeddingOf(name, dimension));
  return {
    kind: "CommitModel",
    model_id: modelId,
    manifest,
    weights_commitment,
    embedding_commitment: toDigest(blake2b256(embedding).toHex()),
    decryption_key_commitment: toDigest(blake2b256(decryption_key).toHex()),
  };
}

/** What reveals that commitment. */
export function revealOf(
  modelId: ObjectId,
  name: string,
  dimension: number = DIMENSION,
): KindOf<"RevealModel"> {
  const { decryption_key } = genesisModel(name);
  const embedding = embeddingOf(name, dimension);
  return { kind: "RevealModel", model_id: modelId, decryption_key, embedding };
}

/** Creates a model; returns its id. */
export function createModel(world: World, owner: Address, stake: bigint = SOMA): ObjectId {
  const execution = world.run(owner, {
    kind: "CreateModel",
    stake_amount: stake,
    commission_rate: 1_000n,
    architecture_version: 1n,
  });
  expect(statusOf(execution)).toBe("Success");
  return deriveObjectId(execution.effects.transaction_digest, 0);
}

/** Creates, commits and reveals a model over two epoch changes, until it is in force. */
export function publishModel(
  world: World,
  owner: Address,
  name: string,
  stake: bigint = SOMA,
): ObjectId {
  const id = createModel(world, owner, stake);
  expect(statusOf(world.run(owner, commitmentOf(id, name)))).toBe("Success");
  world.endEpoch();
  expect(statusOf(world.run(owner, revealOf(id, name)))).toBe("Success");
  world.endEpoch();
  return id;
}

/** A submission that fills a target: it shows the embedding that the target asks for. */
export function submissionTo(
  world: World,
  targetId: ObjectId,
  bondCoin: ObjectRef,
  changes: Partial<KindOf<"SubmitData">> = {},
): KindOf<"SubmitData"> {
  const target = world.content("Target", targetId);
  return {
    kind: "SubmitData",
    target_id: targetId,
    data_manifest: {
      url: "http://127.0.0.1:9000/v1/blobs/data",
      metadata: { checksum: digestFrom("data"), size: 10_000n },
    },
    model_id: present(target.model_ids[0], "a model"),
    embedding: target.embedding,
    distance_score: vectorTensor([0]),
    loss_score: vectorTensor(target.model_ids.map((_, place) => 1 + place)),
    bond_coin: bondCoin,
    ...changes,
  };
}

/** What makes somebody a candidate. */
export function joiningAs(
  name: string,
  protocolKey: Uint8Array,
  proof: Uint8Array,
): KindOf<"AddValidator"> {
  return {
    kind: "AddValidator",
    pubkey_bytes: protocolKey,
    network_pubkey_bytes: ed25519PublicKey(bytesOf(`network key of ${name}`, 32)),
    worker_pubkey_bytes: ed25519PublicKey(bytesOf(`worker key of ${name}`, 32)),
    proof_of_possession: proof,
    net_address: encode(text, `/dns/${name}/tcp/8080`),
    p2p_address: encode(text, `/dns/${name}/tcp/8084`),
    primary_address: encode(text, `/dns/${name}/tcp/8081`),
    proxy_address: encode(text, `/dns/${name}/tcp/8082/http`),
  };
}

/** An update of metadata that changes nothing. */
export const NOTHING_NEW: Omit<KindOf<"UpdateValidatorMetadata">, "kind"> = {
  next_epoch_network_address: undefined,
  next_epoch_p2p_address: undefined,
  next_epoch_primary_address: undefined,
  next_epoch_proxy_address: undefined,
  next_epoch_protocol_pubkey: undefined,
  next_epoch_worker_pubkey: undefined,
  next_epoch_network_pubkey: undefined,
  next_epoch_proof_of_possession: undefined,
};
