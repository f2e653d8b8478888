/**
 * Where commands keep weights that they have fetched: `scoring-data` beside the configuration, for
 * one process at a time. A second one, and one that may not write there, works in a temporary
 * directory instead.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { SomaError } from "../base/errors.ts";
import { BlobCache } from "../blobs/cache.ts";
import { type DirectoryLock, lockDirectory } from "../storage/lock.ts";

/** A store of fetched weights until `release`. */
export type ScoringCache = { readonly blobs: BlobCache; readonly release: () => void };

/** Their directory, beside the configuration. */
export const SCORING_DIRECTORY = "scoring-data";
const QUOTA_BYTES = 16 * 1024 * 1024 * 1024;

/** Opens the cache of the configuration whose `client.yaml` is at `path`. */
export function openScoringCache(path: string): ScoringCache {
  const directory = join(dirname(path), SCORING_DIRECTORY);
  let lock: DirectoryLock | undefined;
  try {
    lock = lockDirectory(directory);
    return { blobs: new BlobCache(directory, QUOTA_BYTES), release: lock.release };
  } catch (error) {
    lock?.release();
    if (!(error instanceof SomaError)) throw error;
    return openTemporary();
  }
}

function openTemporary(): ScoringCache {
  const directory = mkdtempSync(join(tmpdir(), "soma-scoring-"));
  return {
    blobs: new BlobCache(directory, QUOTA_BYTES),
    release: () => rmSync(directory, { recursive: true, force: true }),
  };
}
