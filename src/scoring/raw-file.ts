/**
 * A file on disk that is read in pieces, at any place, and decrypted on the way if it has a key.
 *
 * @module
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import { SomaError } from "../base/errors.ts";
import { AesCtr } from "../crypto/aes-ctr.ts";

/** A file that is open for reading. */
export class RawFile {
  /** As people call it. */
  readonly name: string;
  readonly sizeBytes: number;
  private readonly descriptor: number;
  private readonly key: Uint8Array | undefined;

  private constructor(name: string, descriptor: number, key: Uint8Array | undefined) {
    this.name = name;
    this.key = key;
    this.descriptor = descriptor;
    this.sizeBytes = fstatSync(descriptor).size;
  }

  /** Opens the file at `path`, which people call `name` and which `key` decrypts. */
  static open(path: string, name: string, key?: Uint8Array): RawFile {
    try {
      return new RawFile(name, openSync(path, "r"), key);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new SomaError("file_missing", `cannot open ${name}: ${error.message}`, {
        hint: "check the path; relative ones start at the working directory",
        cause: error,
      });
    }
  }

  /** `size` bytes from `position`, all of which must be there. */
  read(position: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let offset = 0; offset < size;) {
      const count = readSync(this.descriptor, bytes, offset, size - offset, position + offset);
      if (count === 0) {
        throw new SomaError("file_changed", `${this.name} became shorter while it was read`);
      }
      offset += count;
    }
    return this.key === undefined ? bytes : new AesCtr(this.key, position).apply(bytes);
  }

  /** The whole file, piece by piece. */
  *pieces(bytesMax: number): Generator<Uint8Array, void, undefined> {
    for (let at = 0; at < this.sizeBytes; at += bytesMax) {
      yield this.read(at, Math.min(bytesMax, this.sizeBytes - at));
    }
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.descriptor);
  }
}
