/**
 * A search path with chosen programs only, as on a machine that lacks others.
 *
 * @module
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** What the install script needs besides a program that downloads. */
const USUAL = "sh uname ldd grep cp cut cat head mktemp rm tar gzip tail sha256sum env".split(" ");

/** Fills `folder` with links to the usual programs and `more`; returns the folder. */
export function onlyTools(folder: string, more: readonly string[] = []): string {
  mkdirSync(folder, { recursive: true });
  for (const name of [...USUAL, ...more]) {
    const found = Bun.which(name, { PATH: "/usr/bin:/bin" });
    if (found !== null) symlinkSync(found, join(folder, name));
  }
  return folder;
}

/** The same with what busybox has in place of curl and wget. */
export function busyboxTools(folder: string): string {
  onlyTools(folder);
  symlinkSync(Bun.which("busybox", { PATH: "/usr/bin:/bin" })!, join(folder, "wget"));
  return folder;
}
