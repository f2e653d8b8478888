/**
 * Files of programs that may be running, and the names under which they are started. Windows
 * neither replaces nor removes a file that runs, but it renames it: there it is moved out of the
 * way, and goes if nobody runs it. Links need rights there, so a name is a copy with a note beside
 * it of what it was copied from.
 *
 * @module
 */
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What the name of a note adds to that of the copy. */
const NOTE = ".origin";
const ASIDE = /(?:^|\.)soma-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.old$/;

/** Lets the name `path` start `executable`. */
export function linkProgram(executable: string, path: string, os: NodeJS.Platform): void {
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  if (os === "win32") copyFileSync(executable, fresh);
  else symlinkSync(executable, fresh);
  replaceProgram(fresh, path, os);
  if (os === "win32") writeFileSync(path + NOTE, executable);
}

/** What a copy at `path` was made of; `undefined` if it is none of ours. */
export function originOf(path: string): string | undefined {
  const note = path + NOTE;
  return existsSync(note) ? readFileSync(note, "utf8") : undefined;
}

/** Puts the file `fresh` in the place of `path`, whether or not there is one. */
export function replaceProgram(fresh: string, path: string, os: NodeJS.Platform): void {
  if (os === "win32") moveAside(path);
  renameSync(fresh, path);
}

/** Removes a program and its note, if they are there. */
export function removeProgram(path: string, os: NodeJS.Platform): void {
  rmSync(path + NOTE, { force: true });
  if (os === "win32") moveAside(path);
  else rmSync(path, { force: true });
}

function moveAside(path: string): void {
  for (const folder of [tmpdir(), dirname(path)]) clearAside(folder);
  if (!existsSync(path)) return;
  const name = `soma-${crypto.randomUUID()}.old`;
  let aside = join(tmpdir(), name);
  if (isRefused(() => renameSync(path, aside))) {
    // Temporary files may be on another drive.
    aside = `${path}.${name}`;
    renameSync(path, aside);
  }
  // What runs stays where it is until the next time.
  isRefused(() => rmSync(aside));
}

/** Removes what was moved aside before and has ended since. */
function clearAside(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((one) => ASIDE.test(one))) {
    isRefused(() => rmSync(join(folder, name)));
  }
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
