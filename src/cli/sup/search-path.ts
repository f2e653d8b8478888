/**
 * The search path of the shell: whether it leads to the links of `sup`, and what hides them.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

import { executableName } from "../../sup/release.ts";

/** Whether a folder is on the search path. */
export function isOnPath(folder: string, path: string | undefined): boolean {
  return foldersOf(path).some((one) => resolve(one) === folder);
}

/** What to type so that the shell finds what is in `bin`. */
export function pathHint(bin: string): string {
  if (process.platform !== "win32") return `export PATH="${bin}:$PATH"`;
  return `[Environment]::SetEnvironmentVariable("Path", "${bin};" + $env:Path, "User")`;
}

/** Executables named `soma` on the search path that come before the link in `bin`. */
export function shadows(bin: string, path: string | undefined): string[] {
  const folders = foldersOf(path);
  const own = folders.findIndex((folder) => resolve(folder) === bin);
  const name = executableName(process.platform === "win32" ? "windows-x64" : "linux-x64");
  return folders
    .slice(0, own === -1 ? folders.length : own)
    .map((folder) => join(folder, name))
    .filter((file) => existsSync(file));
}

function foldersOf(path: string | undefined): string[] {
  return (path ?? "").split(delimiter).filter((folder) => folder !== "");
}
