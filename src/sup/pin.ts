/**
 * A folder's own version: `.soma-version` in it or above names the version that `soma` shall be
 * there. Read at every start of an installed executable, so it looks at few files.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { supError } from "./failures.ts";
import { formatWish, fulfils, parseTag, parseWish, type Wish } from "./release.ts";

const FILE = ".soma-version";
const ID = /^([a-z0-9]+-v.+)-(?:linux|macos|windows)-/;

/** The executable that shall run instead of `executable`; `undefined` if it is the right one. */
export function pinnedExecutable(executable: string, cwd: string): string | undefined {
  const versions = dirname(dirname(executable));
  // An executable that `sup` did not install is what somebody chose to run.
  if (!ID.test(basename(dirname(executable))) || basename(versions) !== "versions")
    return undefined;
  const file = findUp(cwd);
  if (file === undefined) return undefined;
  const wish = parseWish(readFileSync(file, "utf8").trim());
  if (!wish.ok) throw supError("noSuchVersion", `${file}: ${wish.error}`);
  if (isVersion(basename(dirname(executable)), wish.value)) return undefined;
  const found = readdirSync(versions).find((id) => isVersion(id, wish.value));
  if (found !== undefined) return join(versions, found, basename(executable));
  const name = formatWish(wish.value);
  throw supError(
    "noSuchVersion",
    `${file} asks for ${name}`,
    `install it: sup install soma@${name}`,
  );
}

function findUp(folder: string): string | undefined {
  const file = join(folder, FILE);
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder));
}

function isVersion(id: string, wish: Wish): boolean {
  const tag = parseTag(ID.exec(id)?.[1] ?? "");
  return tag.ok && fulfils(tag.value, wish);
}
