/**
 * What the codecs of `schema.ts` share: counted lengths, fields in order, keys in order.
 * A length is checked against its limit and against the bytes that are left before anything is
 * allocated for it.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { Reader } from "./reader.ts";
import type { Codec } from "./schema.ts";
import { readUleb, writeUleb } from "./uleb.ts";
import { type Writer, written } from "./writer.ts";

/** Names and codecs of a struct, in order; the codec of a field is right for its value. */
type FieldTable = readonly (readonly [name: string, codec: Codec<unknown>])[];

const INTEGER_NAME = /^\d+$/;

/** The codec of an unsigned number up to `max`. */
export function unsigned(
  name: string,
  max: number,
  plain: Omit<Codec<number>, "name">,
): Codec<number> {
  const rule = `${name} is in range`;
  return {
    name,
    write: (writer, value) => {
      assert(Number.isInteger(value) && value >= 0 && value <= max, rule);
      plain.write(writer, value);
    },
    read: plain.read,
  };
}

/** The entries of a record of ours, in the order in which it was written down. */
export function orderedEntries<V>(record: object): readonly (readonly [name: string, value: V])[] {
  const entries = Object.entries(record);
  const ordered = entries.every(([name]) => !INTEGER_NAME.test(name));
  assert(ordered, "no name is an integer, which would come before the others");
  return entries;
}

/** Writes the fields of `value` that the table lists. */
export function writeFields(writer: Writer, table: FieldTable, value: object): void {
  const record = value as Readonly<Record<string, unknown>>;
  for (const [name, codec] of table) codec.write(writer, record[name]);
}

/** Reads the fields that the table lists into `record`, which then is a `T`. */
export function readFields<T extends object>(
  reader: Reader,
  table: FieldTable,
  record: Record<string, unknown>,
): T {
  for (const [name, codec] of table) {
    reader.enter(name);
    record[name] = codec.read(reader);
    reader.leave();
  }
  return record as T;
}

/** Writes a length or a count that is within its limit. */
export function writeCount(writer: Writer, count: number, max: number): void {
  assert(count <= max, "length is within its limit");
  writeUleb(writer, count);
}

/** Reads a byte that is 0 or 1. */
export function readFlag(reader: Reader, name: string): boolean {
  const flag = reader.u8();
  if (flag > 1) return reader.fail(`${name} is 0 or 1, not ${flag}`);
  return flag === 1;
}

/** Reads the length of bytes that follow. */
export function readLength(reader: Reader, max: number): number {
  const length = readUleb(reader);
  if (length > max) return reader.fail(`${length} bytes exceed the limit of ${max}`);
  return length;
}

/** Reads `count` items after their count. */
export function readItems<T>(reader: Reader, item: Codec<T>, max: number): readonly T[] {
  const count = readCount(reader, max);
  const items: T[] = [];
  for (let index = 0; index < count; index++) {
    reader.enter(index);
    items.push(item.read(reader));
    reader.leave();
  }
  return items;
}

/** Reads the count of items that follow, of at least one byte each. */
function readCount(reader: Reader, max: number): number {
  const count = readUleb(reader);
  if (count > max) return reader.fail(`${count} items exceed the limit of ${max}`);
  if (count > reader.remaining) return reader.fail(`${count} items do not fit in what is left`);
  return count;
}

/** A set as a map to nothing. */
export function keysOnly<K>(members: ReadonlySet<K>): ReadonlyMap<K, undefined> {
  const entries = new Map<K, undefined>();
  for (const member of members) entries.set(member, undefined);
  return entries;
}

/** Encodes every key of `entries` and sorts by the bytes. */
export function sortByKey<K, V>(
  key: Codec<K>,
  entries: Iterable<readonly [K, V]>,
): readonly (readonly [keyBytes: Uint8Array, value: V])[] {
  const encoded: (readonly [Uint8Array, V])[] = [];
  for (const [item, value] of entries) {
    encoded.push([written(key, item), value]);
  }
  return encoded.sort((left, right) => compareBytes(left[0], right[0]));
}

/** Reads a map whose keys are in strictly increasing order of their bytes. */
export function readMap<K, V>(
  reader: Reader,
  key: Codec<K>,
  value: Codec<V>,
  max: number,
): ReadonlyMap<K, V> {
  const count = readCount(reader, max);
  const entries = new Map<K, V>();
  let previous: Uint8Array | undefined;
  for (let index = 0; index < count; index++) {
    reader.enter(index);
    const start = reader.offset;
    const item = key.read(reader);
    const keyBytes = reader.bytes.subarray(start, reader.offset);
    const order = previous === undefined ? -1 : compareBytes(previous, keyBytes);
    if (order === 0) reader.fail("key occurs twice");
    if (order > 0) reader.fail("keys are not in ascending order");
    previous = keyBytes;
    entries.set(item, value.read(reader));
    reader.leave();
  }
  return entries;
}
