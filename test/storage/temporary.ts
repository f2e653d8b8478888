/**
 * Temporary directories for tests.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** A new empty directory. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "soma-test-"));
  made.push(directory);
  return directory;
}

/** Removes every directory that was made. */
export function removeTemporary(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
}
