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

/** What to type so that the shell finds what is in `bin`: on Windows now and from then on. */
export function pathHint(bin: string, os: NodeJS.Platform = process.platform): string {
  if (os !== "win32") return `export PATH="${bin}:$PATH"`;
  const own = `[Environment]::GetEnvironmentVariable("Path", "User")`;
  const later = `[Environment]::SetEnvironmentVariable("Path", "${bin};" + ${own}, "User")`;
  return `$env:Path = "${bin};$env:Path"; ${later}`;
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
