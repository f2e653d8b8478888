/**
 * Three shapes that the wire uses in many types: a version in front, bytes of one size with their
 * length in front, and a choice without fields.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { boundedBytes, type Codec, refine } from "../bcs/schema.ts";
import { readUleb, writeUleb } from "../bcs/uleb.ts";

/** A type of which only version 1 exists: tag 0, then `body`. The value carries no version. */
export function firstVersion<T>(body: Codec<T>): Codec<T> {
  return {
    name: `${body.name}V1`,
    write: (writer, value) => {
      writeUleb(writer, 0);
      body.write(writer, value);
    },
    read: (reader) => {
      const tag = readUleb(reader);
      if (tag !== 0) return reader.fail(`${body.name} has no version with tag ${tag}`);
      return body.read(reader);
    },
  };
}

/**
 * Exactly `size` bytes with their length in front. They are keys, which outlive the message that
 * they came in, so they are copied out of it: a view would keep all of it in memory.
 */
export function sizedBytes(size: number): Codec<Uint8Array> {
  const sized = refine(boundedBytes(size), (value) =>
    value.length === size ? undefined : `${size} bytes expected, ${value.length} found`,
  );
  return { ...sized, read: (reader) => sized.read(reader).slice() };
}

/** One of `names`, written as its place among them. */
export function choice<T extends string>(name: string, names: readonly T[]): Codec<T> {
  return {
    name,
    write: (writer, value) => {
      const tag = names.indexOf(value);
      assert(tag >= 0, `${name} is one of its names`);
      writeUleb(writer, tag);
    },
    read: (reader) => {
      const tag = readUleb(reader);
      return names[tag] ?? reader.fail(`${name} has no variant with tag ${tag}`);
    },
  };
}
