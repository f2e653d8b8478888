/**
 * Encodings that are kept with their values. A value that never changes has one encoding, and it is
 * needed many times: for its name, to sign it, to send and to store it.
 *
 * @module
 */
import { memo } from "../base/memo.ts";
import type { Codec } from "./schema.ts";

/**
 * The same encoding as that of `codec`; a value keeps the bytes that it was read from, or that were
 * first written for it.
 */
export function remembered<T extends object>(codec: Codec<T>): Codec<T> {
  const encodings = memo<T, Uint8Array>();
  return {
    name: codec.name,
    write: (writer, value) => {
      const known = encodings.find(value);
      if (known !== undefined) return writer.raw(known);
      const start = writer.length;
      codec.write(writer, value);
      encodings.set(value, writer.since(start));
    },
    read: (reader) => {
      const start = reader.offset;
      const value = codec.read(reader);
      encodings.set(value, reader.since(start));
      return value;
    },
  };
}
