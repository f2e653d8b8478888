/**
 * A folder's own version: `.soma-version` in it or above names the version that `soma` shall be
 * there. Read at every start of an installed executable, so it looks at few files.
 *
 * @module
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { compareText } from "../base/bytes.ts";
import { onDisk, supError } from "./failures.ts";
import { originOf } from "./program-file.ts";
import { compareVersions, formatWish, fulfils, parseTag, parseWish, type Wish } from "./release.ts";

const FILE = ".soma-version";
const ID = /^([a-z0-9]+-v.+)-((?:linux|macos|windows)-.+)$/;
const PIN_BYTES_MAX = 256;

/** A variable that is set where no folder shall decide, as in a smoke run. */
export const IGNORE_PIN = "SUP_IGNORE_PIN";

/** The executable that shall run instead of `started`; `undefined` if it is the right one. */
export function pinnedExecutable(started: string, cwd: string): string | undefined {
  const executable = isInstalled(started) ? started : originOf(started);
  // An executable that `sup` did not install is what somebody chose to run.
  if (executable === undefined || !isInstalled(executable)) return undefined;
  const file = findUp(cwd);
  if (file === undefined) return undefined;
  const versions = dirname(dirname(executable));
  const wish = parseWish(onDisk(`read ${file}`, () => readStart(file)).trim());
  if (!wish.ok) throw supError("noSuchVersion", `${file}: ${wish.error}`, "write 1.2.0 into it");
  const own = basename(dirname(executable));
  if (isVersion(own, wish.value)) return undefined;
  const found = newest(readdirSync(versions), wish.value, targetOf(own));
  if (found !== undefined) return join(versions, found, basename(executable));
  const name = formatWish(wish.value);
  throw supError(
    "noSuchVersion",
    `${file} asks for ${name}`,
    `install it: sup install soma@${name}`,
  );
}

function isInstalled(executable: string): boolean {
  const folder = dirname(executable);
  return ID.test(basename(folder)) && basename(dirname(folder)) === "versions";
}

function findUp(folder: string): string | undefined {
  const file = join(folder, FILE);
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder));
}

/** As much of a file as a version can be. */
function readStart(file: string): string {
  const opened = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(PIN_BYTES_MAX);
    return bytes.toString("utf8", 0, readSync(opened, bytes));
  } finally {
    closeSync(opened);
  }
}

/** The newest of `ids` that fulfils `wish`, for the same target if there are several. */
function newest(ids: readonly string[], wish: Wish, target: string): string | undefined {
  const fitting = ids.filter((id) => isVersion(id, wish)).sort(compareText);
  const order = (a: string, b: string): number =>
    compareVersions(versionOf(b), versionOf(a)) ||
    Number(targetOf(b) === target) - Number(targetOf(a) === target);
  return fitting.toSorted(order)[0];
}

function isVersion(id: string, wish: Wish): boolean {
  const tag = parseTag(ID.exec(id)?.[1] ?? "");
  return tag.ok && fulfils(tag.value, wish);
}

function versionOf(id: string): string {
  const tag = parseTag(ID.exec(id)?.[1] ?? "");
  return tag.ok ? tag.value.version : "0.0.0";
}

function targetOf(id: string): string {
  return ID.exec(id)?.[2] ?? "";
}
