/**
 * Temporary directories for the tests of this room.
 *
 * @module
 */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";

const made: string[] = [];

afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A fresh temporary directory, removed after the file's tests. */
export function temporaryDir(): string {
  const path = mkdtempSync(join(tmpdir(), "soma-test-"));
  made.push(path);
  return path;
}

/** Permission bits of the file at `path`. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** The operational error that `action` ends with. */
export function failure(action: () => unknown): SomaError {
  try {
    action();
  } catch (error) {
    if (error instanceof SomaError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}
