/**
 * Where objects appear in lists. The store sorts by rank, ascending; here is what ranks mean: money
 * by falling amount, targets by epoch.
 *
 * @module
 */
import { U64_MAX } from "../base/u64.ts";
import { heldValue } from "../ledger/conservation.ts";
import type { ObjectListing } from "../storage/store.ts";
import type { StateContent, StateObject } from "../types/entry.ts";

/** The one list of models. */
export const ALL_MODELS = "all";

/** Where an object appears. */
export function listingOf({ owner, content }: StateObject): ObjectListing {
  return {
    type: content.kind,
    owner: owner.kind === "AddressOwner" ? owner.address : undefined,
    group: groupOf(content),
    rank: rankOf(content),
    held: heldValue(content),
  };
}

function groupOf(content: StateContent): string | undefined {
  if (content.kind === "Model") return ALL_MODELS;
  if (content.kind !== "Target") return undefined;
  switch (content.status.kind) {
    case "Open":
      return "open";
    case "Filled":
      return "filled";
    case "Claimed":
      return undefined;
  }
}

function rankOf(content: StateContent): bigint {
  switch (content.kind) {
    case "Coin":
      return U64_MAX - content.balance;
    case "StakedSoma":
      return U64_MAX - content.principal;
    case "Target":
      return content.generation_epoch;
    default:
      return 0n;
  }
}
