/**
 * Brings an archive into the cache: what an earlier try left is continued, the hash is computed
 * over all of it, and only a file with the right hash gets its name.
 *
 * @module
 */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { dirname } from "node:path";

import { SomaError } from "../base/errors.ts";
import { onDisk, onDiskLater, supError } from "./failures.ts";
import type { Source } from "./source.ts";

/** What to bring, and where to. */
export type Download = {
  readonly source: Source;
  /** Relative to the source. */
  readonly path: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly file: string;
};

/** Who watches. */
export type DownloadWatch = {
  readonly onBytes?: (done: number) => void;
  readonly signal?: AbortSignal;
};

const ATTEMPTS = 3;

/** Brings the file; returns at once if it is there already. */
export async function download(wanted: Download, watch: DownloadWatch = {}): Promise<void> {
  const { file, sha256 } = wanted;
  if (existsSync(file) && (await sha256Of(file)) === sha256) return;
  const part = `${file}.part`;
  onDisk(`write in ${dirname(file)}`, () => mkdirSync(dirname(file), { recursive: true }));
  await bringAll(wanted, part, watch);
  const actual = await sha256Of(part);
  if (actual !== sha256) {
    rmSync(part, { force: true });
    throw notGenuine(wanted.path, `its SHA-256 is ${actual}, not ${sha256}`);
  }
  onDisk(`write ${file}`, () => renameSync(part, file));
}

/** The SHA-256 of a file, 64 hex digits. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await onDiskLater(`read ${file}`, async () => {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  });
  return hash.digest("hex");
}

/** A connection that breaks is opened again where it broke. */
async function bringAll(wanted: Download, part: string, watch: DownloadWatch): Promise<void> {
  for (let attempt = 1; sizeOf(part) !== wanted.size; attempt++) {
    try {
      await bringRest(wanted, part, watch);
      if (sizeOf(part) < wanted.size) throw brokenOff(wanted, part);
    } catch (error) {
      const isBroken = error instanceof SomaError && error.code === "download_failed";
      if (!isBroken || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function bringRest(wanted: Download, part: string, watch: DownloadWatch): Promise<void> {
  const { source, path, size } = wanted;
  const { from, bytes } = await source.open(path, sizeOf(part), watch.signal);
  onDisk(`write ${part}`, () => existsSync(part) && truncateSync(part, from));
  let done = from;
  try {
    for await (const chunk of bytes) {
      done += chunk.length;
      if (done > size)
        throw supError("untrusted", `${path} is larger than the ${size} bytes promised`);
      onDisk(`write ${part}`, () => appendFileSync(part, chunk));
      watch.onBytes?.(done);
    }
  } catch (error) {
    if (error instanceof SomaError || watch.signal?.aborted === true) throw error;
    throw brokenOff(wanted, part, error);
  }
}

function notGenuine(path: string, why: string): SomaError {
  return supError("untrusted", `${path} is damaged or not genuine: ${why}`);
}

function brokenOff({ path, size }: Download, part: string, cause?: unknown): SomaError {
  return supError(
    "network",
    `the download of ${path} broke off at ${sizeOf(part)} of ${size} bytes`,
    "run the command again: it goes on where it stopped",
    cause,
  );
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
