/**
 * The state that the certified checkpoints of the world add up to, kept as soon as the first honest
 * node has one: who owns which coins, which is what clients spend, and how much money there is,
 * which must always be all of it.
 *
 * @module
 */
import { heldValue } from "../ledger/conservation.ts";
import type { CheckpointRecord } from "../node/io.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { TOTAL_SUPPLY } from "../types/coin.ts";
import { stateDigest, type StateObject } from "../types/entry.ts";
import type { ObjectRef } from "../types/object.ts";

/** A coin that somebody can spend. */
export type OwnedCoin = { readonly ref: ObjectRef; readonly balance: bigint };

/** The last version of everything. */
export class SettledState {
  private readonly objects = new Map<ObjectId, StateObject>();
  private readonly coins = new Map<Address, Map<ObjectId, OwnedCoin>>();
  private value = 0n;

  /** Applies the next checkpoint; returns how much money is too much or, negative, missing. */
  apply({ written, deleted, bundle }: CheckpointRecord): bigint {
    for (const id of deleted) this.remove(id);
    for (const object of written) {
      this.remove(object.id);
      this.add(object);
    }
    const { end_of_epoch_data, epoch_rolling_transaction_fees: fees } = bundle.summary;
    // What the running epoch was paid comes back to the state when it ends.
    const due = end_of_epoch_data === undefined ? fees.total_fee : 0n;
    return this.value + due - TOTAL_SUPPLY;
  }

  /** The last version of an object. */
  find(id: ObjectId): StateObject | undefined {
    return this.objects.get(id);
  }

  /** The coins of an owner, by the order in which they came. */
  coinsOf(owner: Address): readonly OwnedCoin[] {
    return [...(this.coins.get(owner)?.values() ?? [])];
  }

  private add(object: StateObject): void {
    const { id, version, owner, content } = object;
    this.objects.set(id, object);
    this.value += heldValue(content);
    if (content.kind !== "Coin" || owner.kind !== "AddressOwner") return;
    const ref = { object_id: id, version, digest: stateDigest(object) };
    const owned = this.coins.get(owner.address) ?? new Map<ObjectId, OwnedCoin>();
    owned.set(id, { ref, balance: content.balance });
    this.coins.set(owner.address, owned);
  }

  private remove(id: ObjectId): void {
    const object = this.objects.get(id);
    if (object === undefined) return;
    this.objects.delete(id);
    this.value -= heldValue(object.content);
    if (object.owner.kind === "AddressOwner") this.coins.get(object.owner.address)?.delete(id);
  }
}
