/**
 * The state as one transaction sees and changes it: a layer over what was there before. Nothing
 * reaches the state below; what the transaction wrote comes out as data when it is done. A mark can
 * be taken and returned to, which undoes everything since.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { deriveObjectId, type Digest, type ObjectId } from "../types/address.ts";
import type { ContentOf, StateContent, StateObject } from "../types/entry.ts";
import { type Owner, SHARED } from "../types/owner.ts";

/** The state below: memory, or a store. */
export type StateReader = {
  /** The live version of an object. */
  readonly find: (id: ObjectId) => StateObject | undefined;
};

/** Anything in which contents can be looked up: a state below, or a view of it. */
export type ContentReader = {
  readonly find: (id: ObjectId) => { readonly content: StateContent } | undefined;
};

/** The content of an object of `state`, if it exists and is of this kind. */
export function readContent<K extends StateContent["kind"]>(
  state: ContentReader,
  kind: K,
  id: ObjectId,
): ContentOf<K> | undefined {
  const content = state.find(id)?.content;
  // The comparison of kinds is what the type says; the compiler cannot follow it through K.
  return content?.kind === kind ? (content as ContentOf<K>) : undefined;
}

/** Content and owner of an object as the transaction leaves it; `undefined` when it is deleted. */
export type Draft = { readonly content: StateContent; readonly owner: Owner } | undefined;

/** One object that the transaction wrote or deleted. */
export type Change = {
  readonly id: ObjectId;
  readonly before: StateObject | undefined;
  readonly after: Draft;
};

/** A point to which a view can return. */
export type Mark = { readonly drafts: ReadonlyMap<ObjectId, Draft>; readonly created: number };

/** The state as one transaction sees and changes it. */
export class View {
  private readonly base: StateReader;
  private readonly transaction: Digest;
  /** Drafts by id: each differs from the base, or is to get a new version as it is. */
  private drafts = new Map<ObjectId, Draft>();
  private created = 0;
  /** What the base said, so that it is asked once. */
  private readonly seen = new Map<ObjectId, StateObject | undefined>();

  constructor(base: StateReader, transaction: Digest) {
    this.base = base;
    this.transaction = transaction;
  }

  /** An object as it is now. */
  find(id: ObjectId): Draft {
    return this.drafts.has(id) ? this.drafts.get(id) : this.below(id);
  }

  /** The content of an object if it exists and is of this kind. */
  read<K extends StateContent["kind"]>(kind: K, id: ObjectId): ContentOf<K> | undefined {
    return readContent(this, kind, id);
  }

  /** The content of an object that exists and is of this kind. */
  get<K extends StateContent["kind"]>(kind: K, id: ObjectId): ContentOf<K> {
    return present(this.read(kind, id), `${kind} ${id}`);
  }

  /** Writes an object that exists, or a shared one that does not. */
  write(id: ObjectId, content: StateContent, owner?: Owner): void {
    this.drafts.set(id, { content, owner: owner ?? this.find(id)?.owner ?? SHARED });
  }

  /** Changes some fields of an object that exists and is of this kind. */
  update<K extends StateContent["kind"]>(
    kind: K,
    id: ObjectId,
    fields: Partial<Omit<ContentOf<K>, "kind">>,
  ): void {
    this.write(id, { ...this.get(kind, id), ...fields });
  }

  /** Makes an object under the next id of the transaction. */
  create(content: StateContent, owner: Owner): ObjectId {
    const id = this.nextId();
    this.drafts.set(id, { content, owner });
    return id;
  }

  /** Deletes an object that exists. */
  remove(id: ObjectId): void {
    assert(this.find(id) !== undefined, "a deleted object exists");
    if (this.below(id) === undefined) this.drafts.delete(id);
    else this.drafts.set(id, undefined);
  }

  /** Gives an object that exists a new version, changed or not. */
  touch(id: ObjectId): void {
    if (this.drafts.has(id)) return;
    const { content, owner } = present(this.below(id), "an object to touch");
    this.drafts.set(id, { content, owner });
  }

  /** The next number of things that the transaction makes. */
  nextNumber(): number {
    return this.created++;
  }

  /** The id of the next thing that the transaction makes. */
  nextId(): ObjectId {
    const id = deriveObjectId(this.transaction, this.nextNumber());
    // A transaction executes once, so nothing can be there yet: the base need not be asked.
    this.seen.set(id, undefined);
    return id;
  }

  /** The present point. */
  mark(): Mark {
    return { drafts: new Map(this.drafts), created: this.created };
  }

  /** Undoes everything since `mark`. */
  rollback(mark: Mark): void {
    this.drafts = new Map(mark.drafts);
    this.created = mark.created;
  }

  /** Everything written and deleted, in the order of the first writes. */
  *changes(): Iterable<Change> {
    for (const [id, after] of this.drafts) yield { id, before: this.below(id), after };
  }

  private below(id: ObjectId): StateObject | undefined {
    if (this.seen.has(id)) return this.seen.get(id);
    const object = this.base.find(id);
    this.seen.set(id, object);
    return object;
  }
}
