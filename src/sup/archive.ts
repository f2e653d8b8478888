/**
 * Takes the executable out of an archive. Nothing else in it is written anywhere, whatever the
 * paths of its entries say.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { XzReadableStream } from "xz-decompress";

import { onDisk, supError } from "./failures.ts";
import type { Format } from "./release.ts";

const TAR_BYTES_MAX = 1024 * 1024 * 1024;
const EXECUTABLE_MODE = 0o755;

/** Writes the entry `name` of the archive `file` to `outfile`, executable. */
export async function extract(
  { file, format }: { readonly file: string; readonly format: Format },
  name: string,
  outfile: string,
): Promise<void> {
  const tar = await unpack(
    onDisk(`read ${file}`, () => readFileSync(file)),
    format,
  );
  const files = await new Bun.Archive(tar).files();
  const entry = files.get(name) ?? files.get(`./${name}`);
  if (entry === undefined) throw supError("untrusted", `${file} holds no ${name}`);
  const bytes = new Uint8Array(await entry.arrayBuffer());
  onDisk(`write ${outfile}`, () => writeFileSync(outfile, bytes, { mode: EXECUTABLE_MODE }));
}

/** The tar inside, of at most a gibibyte. */
async function unpack(packed: Uint8Array, format: Format): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (format === "tar.gz") return gunzipSync(packed, { maxOutputLength: TAR_BYTES_MAX });
    return await unpackXz(packed);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw supError("untrusted", `the archive cannot be unpacked: ${error.message}`);
  }
}

async function unpackXz(packed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of new XzReadableStream(new Blob([new Uint8Array(packed)]).stream())) {
    size += part.length;
    if (size > TAR_BYTES_MAX) throw new Error(`it unpacks to more than ${TAR_BYTES_MAX} bytes`);
    parts.push(new Uint8Array(part));
  }
  return Buffer.concat(parts);
}
