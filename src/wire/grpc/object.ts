/**
 * Objects, their owners and references in gRPC. Ids have 0x in front, addresses have not: the
 * published clients print and compare them so.
 *
 * @module
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";

import { encode } from "../../bcs/schema.ts";
import type { Digest } from "../../types/address.ts";
import { OBJECT_KINDS, type ObjectContent, type SomaObject } from "../../types/object.ts";
import type { Owner } from "../../types/owner.ts";
import { systemState, type SystemStateObject } from "../../types/system-state.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
import {
  type Object$ as ObjectMessage,
  ObjectSchema,
  Owner_OwnerKind,
  type OwnerSchema,
} from "../generated/soma_pb.js";

/** An object; the digest is that of this version. */
export function objectMessage(
  object: SomaObject | SystemStateObject,
  digest: Digest,
): ObjectMessage {
  const { id, version, owner, previous_transaction, content } = object;
  return create(ObjectSchema, {
    objectId: formatObjectId(id),
    version,
    digest: formatDigest(digest),
    owner: ownerMessage(owner),
    objectType: content.kind,
    contents: encodeBody(content),
    previousTransaction: formatDigest(previous_transaction),
  });
}

/** An owner. */
export function ownerMessage(owner: Owner): MessageInitShape<typeof OwnerSchema> {
  switch (owner.kind) {
    case "AddressOwner":
      return { kind: Owner_OwnerKind.ADDRESS, address: owner.address };
    case "Shared":
      return { kind: Owner_OwnerKind.SHARED, version: owner.initial_shared_version };
    case "Immutable":
      return { kind: Owner_OwnerKind.IMMUTABLE };
  }
}

function encodeBody(content: ObjectContent | SystemStateObject["content"]): Uint8Array {
  switch (content.kind) {
    case "SystemState":
      return encode(systemState, content);
    case "Coin":
      return encode(OBJECT_KINDS.Coin.body, content);
    case "StakedSoma":
      return encode(OBJECT_KINDS.StakedSoma.body, content);
    case "Target":
      return encode(OBJECT_KINDS.Target.body, content);
  }
}
