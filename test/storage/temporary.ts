/**
 * Temporary directories for tests: one each, removed when the test process is done with them.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty directory. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "soma-test-"));
}

/** Directories of one test file, to be removed together. */
export class TemporaryDirectories {
  private readonly made: string[] = [];

  make(): string {
    const directory = temporaryDirectory();
    this.made.push(directory);
    return directory;
  }

  removeAll(): void {
    for (const directory of this.made.splice(0))
      rmSync(directory, { recursive: true, force: true });
  }
}
