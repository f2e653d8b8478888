/**
 * Files of programs that may be running. Windows neither replaces nor removes such a file, but it
 * renames it: there it is moved out of the way, and goes if nobody runs it.
 *
 * @module
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Puts the file `fresh` in the place of `path`, whether or not there is one. */
export function replaceProgram(fresh: string, path: string): void {
  if (process.platform === "win32") moveAside(path);
  renameSync(fresh, path);
}

/** Removes a program, if it is there. */
export function removeProgram(path: string): void {
  if (process.platform === "win32") moveAside(path);
  else rmSync(path, { force: true });
}

function moveAside(path: string): void {
  if (!existsSync(path)) return;
  const name = `soma-${crypto.randomUUID()}.old`;
  let aside = join(tmpdir(), name);
  if (isRefused(() => renameSync(path, aside))) {
    // Temporary files may be on another drive.
    aside = `${path}.${name}`;
    renameSync(path, aside);
  }
  // What runs stays where it is until somebody clears the temporary files.
  isRefused(() => rmSync(aside));
}

function isRefused(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof Error && "code" in error) return true;
    throw error;
  }
}
