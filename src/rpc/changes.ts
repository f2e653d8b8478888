/**
 * What a transaction changed, as clients see it: its effects without the ledger's own entries, and
 * how much more or less everybody holds. Effects name versions; the states are read where they are.
 *
 * @module
 */
import { compareText } from "../base/bytes.ts";
import { type Address, DELETED_DIGEST, type ObjectId } from "../types/address.ts";
import type { ChangedObject, TransactionEffects } from "../types/effects.ts";
import type { StateObject } from "../types/entry.ts";
import type { Owner } from "../types/owner.ts";
import type { BalanceChange, ChangesView, ChangeView } from "../wire/json/transaction.ts";
import { isVisible } from "./http/objects.ts";
import type { LedgerReader } from "./reader.ts";

/** Where states before and after a transaction are found, as long as they are kept. */
export type States = {
  readonly before: (id: ObjectId, version: bigint) => StateObject | undefined;
  readonly after: (id: ObjectId) => StateObject | undefined;
  /** Any state of an object: its type never changes. */
  readonly any: (id: ObjectId) => StateObject | undefined;
};

/** Changed objects that one answer lists: epoch changes touch far more. */
const CHANGES_MAX = 1_024;

/** What a transaction changed. */
export function describeChanges(effects: TransactionEffects, states: States): ChangesView {
  const listed = effects.changed_objects.slice(0, CHANGES_MAX);
  const omitted = effects.changed_objects.length - listed.length;
  const visible = listed.filter((change) => concernsClients(change, states));
  const gasId = effects.changed_objects[effects.gas_object_index ?? -1]?.object_id;
  const gas = visible.find((change) => change.object_id === gasId);
  const view = (change: ChangedObject): ChangeView => viewChange(change, effects.version);
  const those = (operation: ChangedObject["id_operation"]): readonly ChangedObject[] =>
    visible.filter((change) => change.id_operation === operation);
  return {
    created: those("Created").map(view),
    mutated: those("None")
      .filter((change) => change !== gas)
      .map(view),
    deleted: those("Deleted").map(view),
    gas_object: gas && view(gas),
    balance_changes: omitted > 0 ? undefined : balanceChanges(visible, states),
    omitted_changes: omitted > 0 ? BigInt(omitted) : undefined,
  };
}

/** The states around a final transaction. */
export function finalStates(reader: LedgerReader, { version }: TransactionEffects): States {
  return {
    before: reader.findVersion,
    after: (id) => reader.findVersion(id, version),
    any: reader.find,
  };
}

/** Whether a change is of an object: what is shared may be a target or an entry. */
export function concernsClients(change: ChangedObject, states: States): boolean {
  const owner = lastOwner(change);
  if (owner?.kind === "AddressOwner") return true;
  const { object_id: id, input_state: input } = change;
  const known =
    states.after(id) ??
    (input.kind === "Exist" ? states.before(id, input.version) : undefined) ??
    states.any(id);
  return known !== undefined && isVisible(known);
}

function viewChange(change: ChangedObject, version: bigint): ChangeView {
  const { object_id, output_state: output } = change;
  const owner = lastOwner(change) ?? { kind: "Immutable" };
  const digest = output.kind === "ObjectWrite" ? output.digest : DELETED_DIGEST;
  return { object_id, version, digest, owner };
}

function lastOwner({ input_state: input, output_state: output }: ChangedObject): Owner | undefined {
  if (output.kind === "ObjectWrite") return output.owner;
  return input.kind === "Exist" ? input.owner : undefined;
}

/** How much more or less everybody holds; `undefined` when a state is no longer kept. */
export function balanceChanges(
  changes: readonly ChangedObject[],
  states: States,
): readonly BalanceChange[] | undefined {
  const sums = new Map<Address, bigint>();
  for (const { object_id: id, input_state: input, output_state: output } of changes) {
    if (input.kind === "Exist") {
      const state = states.before(id, input.version);
      if (state === undefined) return undefined;
      count(sums, state, -1n);
    }
    if (output.kind === "ObjectWrite") {
      const state = states.after(id);
      if (state === undefined) return undefined;
      count(sums, state, 1n);
    }
  }
  return [...sums]
    .filter(([, amount]) => amount !== 0n)
    .sort(([left], [right]) => compareText(left, right))
    .map(([address, amount]) => ({ address, amount }));
}

function count(sums: Map<Address, bigint>, { content, owner }: StateObject, sign: bigint): void {
  if (content.kind !== "Coin" || owner.kind !== "AddressOwner") return;
  const { address } = owner;
  sums.set(address, (sums.get(address) ?? 0n) + sign * content.balance);
}
