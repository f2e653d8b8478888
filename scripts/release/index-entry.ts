/**
 * The list of releases in a release folder: the new release is put in front of those that the
 * folder has, the serial grows, and the expiry is set anew.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PROTOCOL_VERSION_MAX } from "../../src/protocol/versions.ts";
import {
  type Asset,
  type Index,
  INDEX_NAME,
  indexSchema,
  type Release,
} from "../../src/sup/index-file.ts";
import type { Tag } from "../../src/sup/release.ts";
import { formatTag } from "../../src/sup/release.ts";
import { git, gitCommit } from "./executable.ts";

const MS_PER_DAY = 86_400_000;
const CHANGES_MAX = 50;
const NOTHING: Index = { v: 1, serial: 0, expires: new Date(0).toISOString(), releases: [] };

/** What the list says about a release of these archives. */
export function describeRelease(tag: Tag, assets: readonly Asset[], nowMs: number): Release {
  return {
    tag: formatTag(tag),
    channel: tag.channel,
    version: tag.version,
    commit: gitCommit(),
    protocol: [1, Number(PROTOCOL_VERSION_MAX)],
    date: new Date(nowMs).toISOString(),
    changes: changesSince(previousTag(tag)),
    assets,
  };
}

/** Writes the list with `release`, valid for `days`; returns where. */
export function writeIndex(
  folder: string,
  release: Release,
  { nowMs, days }: { readonly nowMs: number; readonly days: number },
): string {
  const path = join(folder, INDEX_NAME);
  const before = existsSync(path)
    ? indexSchema.parse(JSON.parse(readFileSync(path, "utf8")))
    : NOTHING;
  const others = before.releases.filter(({ tag }) => tag !== release.tag);
  const index: Index = {
    v: 1,
    serial: before.serial + 1,
    expires: new Date(nowMs + days * MS_PER_DAY).toISOString(),
    releases: [release, ...others],
  };
  writeFileSync(path, `${JSON.stringify(index, undefined, 1)}\n`);
  return path;
}

/** The first lines of the commits since a tag, newest first; of all if there is none. */
export function changesSince(tag: string | undefined): string[] {
  const range = tag === undefined ? "HEAD" : `${tag}..HEAD`;
  const log = git("log", "--no-merges", "--format=%s", `--max-count=${CHANGES_MAX}`, range);
  return log === undefined || log === "" ? [] : log.split("\n");
}

/** The tag of the release before on the same channel, if there is one. */
export function previousTag({ channel }: Tag): string | undefined {
  return git("describe", "--tags", "--abbrev=0", `--match=${channel}-v*`, "HEAD^");
}
