/**
 * Objects: what an address can own or consensus can share. Each write gives an object a new
 * version; id, version and digest together name one state of it. On the wire the body sits inside
 * a byte string behind the id, and the kind of the content is a tag in front.
 *
 * `objectCodec` takes the kinds it knows, so that the entries of the ledger (tags from 16) and the
 * view of the system state (tag 0) have the same layout and digest.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import type { Reader } from "../bcs/reader.ts";
import { type Codec, encode, struct, u64 } from "../bcs/schema.ts";
import { readUleb, writeUleb } from "../bcs/uleb.ts";
import type { Writer } from "../bcs/writer.ts";
import { typedDigest } from "../crypto/digest.ts";
import { type Digest, digest, type ObjectId, objectId, toDigest } from "./address.ts";
import { OBJECT_BYTES_MAX } from "./bounds.ts";
import { type Coin, coin } from "./coin.ts";
import { type Owner, owner } from "./owner.ts";
import { type StakedSoma, stakedSoma } from "./stake.ts";
import { type Target, target } from "./target.ts";

/** One state of one object. */
export type ObjectRef = {
  readonly object_id: ObjectId;
  readonly version: bigint;
  readonly digest: Digest;
};

/** What an object holds. */
export type ObjectContent =
  | ({ readonly kind: "Coin" } & Coin)
  | ({ readonly kind: "StakedSoma" } & StakedSoma)
  | ({ readonly kind: "Target" } & Target);

/** An object whose content is one of `C`. */
export type ObjectOf<C extends Tagged> = {
  readonly id: ObjectId;
  readonly version: bigint;
  readonly owner: Owner;
  /** The transaction that wrote this version. */
  readonly previous_transaction: Digest;
  readonly content: C;
};

/** An object that clients can see. */
export type SomaObject = ObjectOf<ObjectContent>;

/** The tag and the body of every kind of content in the union `C`. */
export type ContentKinds<C extends Tagged> = {
  readonly [M in C as M["kind"]]: {
    readonly tag: number;
    readonly body: Codec<Omit<M, "kind">>;
  };
};

type Tagged = { readonly kind: string };

type Row = { readonly tag: number; readonly body: Codec<object> };

const ID_BYTES = 32;

/** The kinds of content that clients can see. */
export const OBJECT_KINDS: ContentKinds<ObjectContent> = {
  Coin: { tag: 1, body: coin },
  StakedSoma: { tag: 2, body: stakedSoma },
  Target: { tag: 3, body: target },
};

/** Layout of `ObjectRef`. */
export const objectRef: Codec<ObjectRef> = struct<ObjectRef>("ObjectRef", {
  object_id: objectId,
  version: u64,
  digest,
});

/** Layout of objects whose content is one of `kinds`. */
export function objectCodec<C extends Tagged>(kinds: ContentKinds<C>): Codec<ObjectOf<C>> {
  // `ContentKinds` ties each row to its kind, which the two lookups below rely on.
  const rows = Object.entries(kinds) as [string, Row][];
  const byKind = new Map(rows);
  const byTag = new Map(rows.map(([kind, row]) => [row.tag, { kind, body: row.body }]));
  assert(byTag.size === rows.length, "kinds of content have distinct tags");
  return {
    name: "Object",
    write: (writer, object) => {
      const row = present(byKind.get(object.content.kind), `content kind ${object.content.kind}`);
      writeUleb(writer, row.tag);
      writer.u64(object.version);
      writeContents(writer, object.id, encode(row.body, object.content));
      owner.write(writer, object.owner);
      digest.write(writer, object.previous_transaction);
    },
    read: (reader) => {
      const tag = readUleb(reader);
      const row = byTag.get(tag) ?? reader.fail(`no object has type ${tag}`);
      const version = reader.u64();
      const { id, body } = readContents(reader, row.body);
      const content = { kind: row.kind, ...body } as C;
      reader.enter("owner");
      const readOwner = owner.read(reader);
      reader.leave();
      const previous_transaction = digest.read(reader);
      return { id, version, owner: readOwner, previous_transaction, content };
    },
  };
}

/** Layout of `SomaObject`. */
export const somaObject: Codec<SomaObject> = objectCodec<ObjectContent>(OBJECT_KINDS);

/** The digest of one state of an object. */
export function objectDigest(object: SomaObject): Digest {
  return digestObject(somaObject, object);
}

/** The digest of one state of an object of the kinds that `codec` knows. */
export function digestObject<C extends Tagged>(
  codec: Codec<ObjectOf<C>>,
  object: ObjectOf<C>,
): Digest {
  return toDigest(typedDigest("Object", codec, object));
}

/** The name of one state of an object. */
export function referenceTo(object: SomaObject): ObjectRef {
  return { object_id: object.id, version: object.version, digest: objectDigest(object) };
}

function writeContents(writer: Writer, id: ObjectId, body: Uint8Array): void {
  assert(body.length <= OBJECT_BYTES_MAX, "an object is within its limit");
  writeUleb(writer, ID_BYTES + body.length);
  objectId.write(writer, id);
  writer.raw(body);
}

function readContents(reader: Reader, codec: Codec<object>): { id: ObjectId; body: object } {
  reader.enter("contents");
  const size = readUleb(reader);
  if (size > ID_BYTES + OBJECT_BYTES_MAX) reader.fail(`contents have ${size} bytes, too many`);
  const start = reader.offset;
  const id = objectId.read(reader);
  const body = codec.read(reader);
  const taken = reader.offset - start;
  if (taken !== size) reader.fail(`contents take ${taken} bytes, their length says ${size}`);
  reader.leave();
  return { id, body };
}
