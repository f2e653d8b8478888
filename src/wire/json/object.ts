/**
 * Objects in JSON: who owns them, which version it is and what they hold.
 *
 * @module
 */
import { z } from "zod";

import { concatBytes, fromHex } from "../../base/bytes.ts";
import { encode } from "../../bcs/schema.ts";
import type { Digest, ObjectId } from "../../types/address.ts";
import {
  OBJECT_KINDS,
  type ObjectContent,
  type ObjectOf,
  type SomaObject,
} from "../../types/object.ts";
import type { Owner } from "../../types/owner.ts";
import { systemState, type SystemStateObject } from "../../types/system-state.ts";
import { content, type ShownContent } from "./content.ts";
import { owner } from "./owner.ts";
import { bytes, digest, objectId, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** One version of an object. */
export type ObjectView = {
  readonly object_id: ObjectId;
  readonly version: bigint;
  readonly digest: Digest;
  readonly object_type: ShownContent["kind"];
  readonly owner: Owner;
  readonly content: ShownContent;
  readonly previous_transaction: Digest;
  /** The id and the BCS of the content, when asked for. */
  readonly bcs_bytes?: Uint8Array | undefined;
};

/** An object in JSON. */
export const objectView: View<ObjectView> = z.object({
  object_id: objectId,
  version: u64,
  digest,
  object_type: z.enum(["Coin", "StakedSoma", "Target", "SystemState"]),
  owner,
  content,
  previous_transaction: digest,
  bcs_bytes: bytes.optional(),
});

/** What there is to say about an object. */
export function viewObject(object: ObjectOf<ShownContent>, objectDigest: Digest): ObjectView {
  return {
    object_id: object.id,
    version: object.version,
    digest: objectDigest,
    object_type: object.content.kind,
    owner: object.owner,
    content: object.content,
    previous_transaction: object.previous_transaction,
  };
}

/** The id and the BCS of what an object holds. */
export function contentBytes({ id, content: held }: SomaObject | SystemStateObject): Uint8Array {
  const body = held.kind === "SystemState" ? encode(systemState, held) : encodeContent(held);
  return concatBytes(fromHex(id), body);
}

function encodeContent(value: ObjectContent): Uint8Array {
  switch (value.kind) {
    case "Coin":
      return encode(OBJECT_KINDS.Coin.body, value);
    case "StakedSoma":
      return encode(OBJECT_KINDS.StakedSoma.body, value);
    case "Target":
      return encode(OBJECT_KINDS.Target.body, value);
  }
}
