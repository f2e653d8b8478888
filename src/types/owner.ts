/**
 * Who may use an object: one address, everybody through consensus order, or everybody to read.
 *
 * @module
 */
import { type Codec, tagged, u64 } from "../bcs/schema.ts";
import { type Address, address } from "./address.ts";

/** The owner of an object. A shared object keeps the version at which it was first shared. */
export type Owner =
  | { readonly kind: "AddressOwner"; readonly address: Address }
  | { readonly kind: "Shared"; readonly initial_shared_version: bigint }
  | { readonly kind: "Immutable" };

/** Layout of `Owner`. */
export const owner: Codec<Owner> = tagged<Owner>("Owner", {
  AddressOwner: { address },
  Shared: { initial_shared_version: u64 },
  Immutable: {},
});

/** Every shared object, whenever made, counts as shared since this version. */
export const SHARED_SINCE = 1n;

/** The owner of every shared object. */
export const SHARED: Owner = { kind: "Shared", initial_shared_version: SHARED_SINCE };
