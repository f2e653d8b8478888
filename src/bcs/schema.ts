/**
 * BCS (Binary Canonical Serialization) as values: a codec knows how to write a type and how to read
 * it back. One value has one encoding: `decode` refuses every other form (padded lengths, unsorted
 * or repeated keys, bytes left over), so equal bytes mean equal values and hashes mean something.
 *
 * Byte fields of a decoded value are views of the input; copy them before changing the input.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import { isU64 } from "../base/u64.ts";
import { type DecodeFault, Malformed, Reader } from "./reader.ts";
import {
  keysOnly,
  orderedEntries,
  readFields,
  readFlag,
  readItems,
  readLength,
  readMap,
  sortByKey,
  unsigned,
  writeCount,
  writeFields,
} from "./shapes.ts";
import { readUleb, writeUleb } from "./uleb.ts";
import { type Writer, written } from "./writer.ts";

export type { DecodeFault };

/** How a type is written and read. `read` leaves by `Reader.fail` when the bytes are wrong. */
export type Codec<T> = {
  readonly name: string;
  readonly write: (writer: Writer, value: T) => void;
  readonly read: (reader: Reader) => T;
};

/** A codec for every field of `T`. */
export type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

/** The fields of every member of the union `T`, by its `kind`. */
export type Variants<T extends { readonly kind: string }> = {
  readonly [V in T as V["kind"]]: Fields<Omit<V, "kind">>;
};

const ITEMS_MAX = 65_536;
const BYTES_MAX = 0xffff_ffff;
const ID_BYTES = 32;
const ID_DIGITS = 64;

/** The bytes of `value`. A value out of its type's range is our bug and asserts. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  return written(codec, value);
}

/** The value that `bytes` encode, or where and why they do not. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): Result<T, DecodeFault> {
  const reader = new Reader(bytes);
  try {
    const value = codec.read(reader);
    if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes are left over`);
    return ok(value);
  } catch (error) {
    if (error instanceof Malformed) return err(error.fault);
    throw error;
  }
}

/** 0 … 2^8 − 1. */
export const u8: Codec<number> = unsigned("u8", 0xff, {
  write: (writer, value) => writer.u8(value),
  read: (reader) => reader.u8(),
});

/** 0 … 2^16 − 1. */
export const u16: Codec<number> = unsigned("u16", 0xffff, {
  write: (writer, value) => writer.u16(value),
  read: (reader) => reader.u16(),
});

/** 0 … 2^32 − 1. */
export const u32: Codec<number> = unsigned("u32", 0xffff_ffff, {
  write: (writer, value) => writer.u32(value),
  read: (reader) => reader.u32(),
});

/** 0 … 2^64 − 1. */
export const u64: Codec<bigint> = {
  name: "u64",
  write: (writer, value) => {
    assert(isU64(value), "u64 is in range");
    writer.u64(value);
  },
  read: (reader) => reader.u64(),
};

/** One byte, 0 or 1. */
export const bool: Codec<boolean> = {
  name: "bool",
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read: (reader) => readFlag(reader, "bool"),
};

/** Bytes with a length in front, at most `max` of them. */
export function boundedBytes(max: number): Codec<Uint8Array> {
  return {
    name: "bytes",
    write: (writer, value) => {
      writeCount(writer, value.length, max);
      writer.raw(value);
    },
    read: (reader) => reader.raw(readLength(reader, max)),
  };
}

/** UTF-8 text with its length in bytes in front, at most `max` of them. */
export function boundedText(max: number): Codec<string> {
  const content = boundedBytes(max);
  return {
    name: "text",
    write: (writer, value) => {
      assert(value.isWellFormed(), "text has no lone surrogates");
      content.write(writer, utf8(value));
    },
    read: (reader) => fromUtf8(content.read(reader)) ?? reader.fail("text is not valid UTF-8"),
  };
}

/** Bytes with a length in front. */
export const bytes: Codec<Uint8Array> = boundedBytes(BYTES_MAX);

/** UTF-8 text with a length in front. */
export const text: Codec<string> = boundedText(BYTES_MAX);

/** Exactly `size` bytes and no length. */
export function fixedBytes(size: number): Codec<Uint8Array> {
  return {
    name: `bytes${size}`,
    write: (writer, value) => {
      assert(value.length === size, "fixed bytes have their size");
      writer.raw(value);
    },
    read: (reader) => reader.raw(size),
  };
}

/** 32 raw bytes as a branded hex string: addresses and ids. */
export function hex32<T extends string>(name: string): Codec<T> {
  return {
    name,
    write: (writer, value) => {
      assert(value.length === ID_DIGITS && writer.hex(value), "id is 64 lower-case hex digits");
    },
    // The type parameter is the caller's brand; the bytes give it its form.
    read: (reader) => reader.raw(ID_BYTES).toHex() as T,
  };
}

/** A length of 32 and as many bytes, as a branded hex string: digests. */
export function prefixedHex32<T extends string>(name: string): Codec<T> {
  const content = hex32<T>(name);
  return {
    name,
    write: (writer, value) => {
      writer.u8(ID_BYTES);
      content.write(writer, value);
    },
    read: (reader) => {
      if (reader.u8() !== ID_BYTES) return reader.fail(`${name} has ${ID_BYTES} bytes`);
      return content.read(reader);
    },
  };
}

/** A sequence of items, at most `max`. An item takes at least one byte. */
export function vector<T>(item: Codec<T>, max: number = ITEMS_MAX): Codec<readonly T[]> {
  return {
    name: `vector<${item.name}>`,
    write: (writer, items) => {
      writeCount(writer, items.length, max);
      for (const value of items) item.write(writer, value);
    },
    read: (reader) => readItems(reader, item, max),
  };
}

/** A value or its absence, told apart by one byte. */
export function option<T>(item: Codec<T>): Codec<T | undefined> {
  return {
    name: `option<${item.name}>`,
    write: (writer, value) => {
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) item.write(writer, value);
    },
    read: (reader) => {
      if (!readFlag(reader, "option")) return undefined;
      // An item that is itself undefined would be a second encoding of absence.
      return item.read(reader) ?? reader.fail("option holds a value");
    },
  };
}

/** A map, written in the order of its encoded keys whatever order it was filled in. */
export function map<K extends string | bigint | number, V>(
  key: Codec<K>,
  value: Codec<V>,
  max: number = ITEMS_MAX,
): Codec<ReadonlyMap<K, V>> {
  return {
    name: `map<${key.name}, ${value.name}>`,
    write: (writer, entries) => {
      writeCount(writer, entries.size, max);
      for (const [keyBytes, item] of sortByKey(key, entries)) {
        writer.raw(keyBytes);
        value.write(writer, item);
      }
    },
    read: (reader) => readMap(reader, key, value, max),
  };
}

/** A set, written in the order of its encoded members: a map to nothing. */
export function set<K extends string | bigint | number>(
  key: Codec<K>,
  max: number = ITEMS_MAX,
): Codec<ReadonlySet<K>> {
  const nothing: Codec<undefined> = { name: "nothing", write: () => {}, read: () => undefined };
  return transform(
    map(key, nothing, max),
    (entries): ReadonlySet<K> => new Set(entries.keys()),
    keysOnly,
  );
}

/** Fields one after the other, in the order in which `fields` lists them. */
export function struct<T extends object>(name: string, fields: Fields<T>): Codec<T> {
  const table = orderedEntries<Codec<unknown>>(fields);
  return {
    name,
    write: (writer, value) => writeFields(writer, table, value),
    read: (reader) => readFields<T>(reader, table, {}),
  };
}

/** One of several structs, told apart by a tag: the position of its `kind` in `variants`. */
export function tagged<T extends { readonly kind: string }>(
  name: string,
  variants: Variants<T>,
): Codec<T> {
  const entries = orderedEntries<object>(variants);
  const tables = entries.map(([, fields]) => orderedEntries<Codec<unknown>>(fields));
  const tags = new Map(entries.map(([kind], tag) => [kind, tag]));
  return {
    name,
    write: (writer, value) => {
      const tag = present(tags.get(value.kind), `variant of ${name}`);
      writeUleb(writer, tag);
      writeFields(writer, tables[tag]!, value);
    },
    read: (reader) => {
      const tag = readUleb(reader);
      const table = tables[tag] ?? reader.fail(`${name} has no variant ${tag}`);
      return readFields<T>(reader, table, { kind: entries[tag]![0] });
    },
  };
}

/** A codec whose values must also pass `check`, which returns the reason why one does not. */
export function refine<T>(codec: Codec<T>, check: (value: T) => string | undefined): Codec<T> {
  return {
    name: codec.name,
    write: (writer, value) => {
      const reason = check(value);
      assert(reason === undefined, reason ?? "");
      codec.write(writer, value);
    },
    read: (reader) => {
      const value = codec.read(reader);
      const reason = check(value);
      return reason === undefined ? value : reader.fail(reason);
    },
  };
}

/** The encoding of `A` for values of `B`. The two functions undo each other and never throw. */
export function transform<A, B>(
  codec: Codec<A>,
  decodeTo: (value: A) => B,
  encodeFrom: (value: B) => A,
): Codec<B> {
  return {
    name: codec.name,
    write: (writer, value) => codec.write(writer, encodeFrom(value)),
    read: (reader) => decodeTo(codec.read(reader)),
  };
}
