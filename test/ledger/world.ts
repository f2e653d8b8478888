/**
 * A ledger in memory for tests: a small network from genesis, and checks that run after every
 * transaction: money is conserved, versions rise, effects say what happened.
 *
 * @module
 */
import { expect } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import { blake2b256 } from "../../src/crypto/digest.ts";
import { heldValue, sumValue } from "../../src/ledger/conservation.ts";
import { buildChangeEpoch } from "../../src/ledger/epoch/change.ts";
import { executeTransaction, type ExecutionContext } from "../../src/ledger/execute.ts";
import { buildGenesis, type Genesis } from "../../src/ledger/genesis/build.ts";
import type { GenesisConfig } from "../../src/ledger/genesis/config.ts";
import type { Execution } from "../../src/ledger/outcome.ts";
import { PROTOCOL_VERSIONS, type ProtocolVersions } from "../../src/protocol/versions.ts";
import { type Address, type Digest, type ObjectId, toDigest } from "../../src/types/address.ts";
import { TOTAL_SUPPLY } from "../../src/types/coin.ts";
import {
  type ContentOf,
  EPOCH_STATE_ID,
  type StateContent,
  stateDigest,
  type StateObject,
  stateObject,
} from "../../src/types/entry.ts";
import type { ExecutionFault, FaultKind } from "../../src/types/fault.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { type Tensor, tensor } from "../../src/types/tensor.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import {
  systemTransaction,
  type TransactionData,
  transactionDigest,
} from "../../src/types/transaction.ts";
import { DAY_MS, digestFrom, START_MS, testConfig } from "./fixtures.ts";

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
  /** The protocol versions that can be upgraded to. */
  versions: ProtocolVersions = PROTOCOL_VERSIONS;

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
    return { object_id: id, version: object.version, digest: stateDigest(object) };
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
      versions: this.versions,
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

  /** Ends the epoch after it ran for `elapsedMs`, and goes on with `version` if one is given. */
  endEpoch(elapsedMs: bigint = DAY_MS, version?: bigint): Execution {
    this.nowMs = this.content("EpochState", EPOCH_STATE_ID).start_timestamp_ms + elapsedMs;
    const kind = buildChangeEpoch(this, {
      timestampMs: this.nowMs,
      fees: this.fees,
      lastCommit: digestFrom(`commit ${this.commits}`),
      ...(version === undefined ? {} : { version }),
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

/** What a transaction paid, by kind of fee. */
export function feeOf({ effects }: Execution): Record<"base" | "operation" | "value", bigint> {
  const { base_fee: base, operation_fee: operation, value_fee: value } = effects.transaction_fee;
  return { base, operation, value };
}
