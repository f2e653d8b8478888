/**
 * Owners in JSON.
 *
 * @module
 */
import { z } from "zod";

import type { Address } from "../../types/address.ts";
import type { Owner } from "../../types/owner.ts";
import { address, u64 } from "./primitives.ts";
import { mappedView, type View } from "./view.ts";

type OwnerJson =
  | { readonly type: "address_owner"; readonly address: Address }
  | { readonly type: "shared"; readonly initial_shared_version: bigint }
  | { readonly type: "immutable" };

const ownerJson: View<OwnerJson> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("address_owner"), address }),
  z.object({ type: z.literal("shared"), initial_shared_version: u64 }),
  z.object({ type: z.literal("immutable") }),
]);

/** The owner of an object. */
export const owner: View<Owner> = mappedView(ownerJson, readOwner, writeOwner);

function readOwner(json: OwnerJson): Owner {
  switch (json.type) {
    case "address_owner":
      return { kind: "AddressOwner", address: json.address };
    case "shared":
      return { kind: "Shared", initial_shared_version: json.initial_shared_version };
    case "immutable":
      return { kind: "Immutable" };
  }
}

function writeOwner(value: Owner): OwnerJson {
  switch (value.kind) {
    case "AddressOwner":
      return { type: "address_owner", address: value.address };
    case "Shared":
      return { type: "shared", initial_shared_version: value.initial_shared_version };
    case "Immutable":
      return { type: "immutable" };
  }
}
