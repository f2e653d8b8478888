/**
 * Temporary folders for tests of this room.
 *
 * @module
 */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A fresh folder, removed after the file's tests. */
export function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), "soma-sup-"));
  made.push(path);
  return path;
}
