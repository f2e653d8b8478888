/**
 * The state of the ledger beside coins, stakes and targets: entries of our own, each an object with
 * an id, a version and a digest like any other, so that a transaction touches only what it names.
 * Clients never see them; the system state they see is composed from them.
 *
 * @module
 */
import { concatBytes, fromHex, u64le, utf8 } from "../base/bytes.ts";
import { memo } from "../base/memo.ts";
import { remembered } from "../bcs/remembered.ts";
import type { Codec } from "../bcs/schema.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { type Digest, type ObjectId, toObjectId } from "./address.ts";
import { type Dispute, dispute } from "./dispute.ts";
import { type ModelEntry, modelEntry } from "./model-entry.ts";
import {
  type Economy,
  economy,
  type EpochState,
  epochState,
  type IdPage,
  idPage,
  type ModelIndex,
  modelIndex,
  type Parameters,
  parameters,
  type Routing,
  routing,
} from "./network-entry.ts";
import {
  type ContentKinds,
  digestObject,
  OBJECT_KINDS,
  objectCodec,
  type ObjectContent,
  type ObjectOf,
} from "./object.ts";
import {
  type Pool,
  pool,
  type ValidatorEntry,
  validatorEntry,
  type ValidatorIndex,
  validatorIndex,
} from "./stake-entry.ts";

/** What an entry holds. */
export type EntryContent =
  | ({ readonly kind: "EpochState" } & EpochState)
  | ({ readonly kind: "Parameters" } & Parameters)
  | ({ readonly kind: "Economy" } & Economy)
  | ({ readonly kind: "ValidatorIndex" } & ValidatorIndex)
  | ({ readonly kind: "Validator" } & ValidatorEntry)
  | ({ readonly kind: "Pool" } & Pool)
  | ({ readonly kind: "Model" } & ModelEntry)
  | ({ readonly kind: "ModelIndex" } & ModelIndex)
  | ({ readonly kind: "Routing" } & Routing)
  | ({ readonly kind: "IdPage" } & IdPage)
  | ({ readonly kind: "Dispute" } & Dispute);

/** What an object of the ledger's state holds. */
export type StateContent = ObjectContent | EntryContent;

/** An object of the ledger's state: one that clients see, or an entry. */
export type StateObject = ObjectOf<StateContent>;

/** The content of one kind. */
export type ContentOf<K extends StateContent["kind"]> = Extract<StateContent, { kind: K }>;

const NO_KEY = new Uint8Array(0);
const ENTRY_DOMAIN = utf8("soma.entry.v1");

/** Tags and layouts of entries. */
export const ENTRY_KINDS: ContentKinds<EntryContent> = {
  EpochState: { tag: 16, body: epochState },
  Parameters: { tag: 17, body: parameters },
  Economy: { tag: 18, body: economy },
  ValidatorIndex: { tag: 19, body: validatorIndex },
  Validator: { tag: 20, body: validatorEntry },
  Pool: { tag: 21, body: pool },
  Model: { tag: 22, body: modelEntry },
  ModelIndex: { tag: 23, body: modelIndex },
  Routing: { tag: 24, body: routing },
  IdPage: { tag: 25, body: idPage },
  Dispute: { tag: 26, body: dispute },
};

/** Layout of `StateObject`. */
export const stateObject: Codec<StateObject> = remembered(
  objectCodec<StateContent>({
    ...OBJECT_KINDS,
    ...ENTRY_KINDS,
  }),
);

// A cache of the ids of entries with a key: a draw asks for those of the same few models again.
const idsByKey = {
  Dispute: new Map<ObjectId, ObjectId>(),
  Model: new Map<ObjectId, ObjectId>(),
  Pool: new Map<ObjectId, ObjectId>(),
  Validator: new Map<ObjectId, ObjectId>(),
};
const IDS_KEPT = 16_384;

function keyedId(kind: keyof typeof idsByKey, key: ObjectId): ObjectId {
  const ids = idsByKey[kind];
  const known = ids.get(key);
  if (known !== undefined) return known;
  if (ids.size >= IDS_KEPT) ids.clear();
  const id = entryId(kind, fromHex(key));
  ids.set(key, id);
  return id;
}

function entryId(kind: EntryContent["kind"], key: Uint8Array = NO_KEY): ObjectId {
  const tag = Uint8Array.of(ENTRY_KINDS[kind].tag);
  return toObjectId(blake2b256Hex(ENTRY_DOMAIN, tag, key));
}

/** Where the one `EpochState` is. */
export const EPOCH_STATE_ID: ObjectId = entryId("EpochState");

/** Where the one `Parameters` is. */
export const PARAMETERS_ID: ObjectId = entryId("Parameters");

/** Where the one `Economy` is. */
export const ECONOMY_ID: ObjectId = entryId("Economy");

/** Where the one `ValidatorIndex` is. */
export const VALIDATOR_INDEX_ID: ObjectId = entryId("ValidatorIndex");

/** Where the one `ModelIndex` is. */
export const MODEL_INDEX_ID: ObjectId = entryId("ModelIndex");

/** Where the one `Routing` is. */
export const ROUTING_ID: ObjectId = entryId("Routing");

/** The id of the entry of a pool. */
export function poolEntryId(poolId: ObjectId): ObjectId {
  return keyedId("Pool", poolId);
}

/** The id of the entry of the validator with this pool. */
export function validatorEntryId(poolId: ObjectId): ObjectId {
  return keyedId("Validator", poolId);
}

/** The id of the entry of a model. */
export function modelEntryId(modelId: ObjectId): ObjectId {
  return keyedId("Model", modelId);
}

/** The id of the entry of the dispute about a target. */
export function disputeEntryId(targetId: ObjectId): ObjectId {
  return keyedId("Dispute", targetId);
}

/** The id of page `index` of a list. */
export function pageId(list: string, index: number): ObjectId {
  return entryId("IdPage", concatBytes(utf8(`${list}:`), u64le(BigInt(index))));
}

/** Whether content is an entry, which clients never see. */
export function isEntryContent(content: StateContent): content is EntryContent {
  return content.kind in ENTRY_KINDS;
}

// Cache: a pure function of objects that never change; checks and commitments ask again and again.
const digests = memo<StateObject, Digest>();

/** The digest of one state of an object of the ledger's state. */
export function stateDigest(object: StateObject): Digest {
  const known = digests.find(object);
  if (known !== undefined) return known;
  const digest = digestObject(stateObject, object);
  digests.set(object, digest);
  return digest;
}
