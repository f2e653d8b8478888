/**
 * Owners of objects as reports show them.
 *
 * @module
 */
import type { Owner } from "../types/owner.ts";
import { formatAddress } from "../types/text.ts";

/** Who owns an object. */
export function ownerText(owner: Owner): string {
  return ownerWith(owner, formatAddress);
}

/** As `ownerText`, in the width of a table's column. */
export function shortOwnerText(owner: Owner): string {
  return ownerWith(owner, (address) => {
    const text = formatAddress(address);
    return `${text.slice(0, 10)}…${text.slice(-6)}`;
  });
}

function ownerWith(owner: Owner, ofAddress: typeof formatAddress): string {
  switch (owner.kind) {
    case "AddressOwner":
      return ofAddress(owner.address);
    case "Shared":
      return "shared";
    case "Immutable":
      return "immutable";
  }
}
