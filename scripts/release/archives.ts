/**
 * Archives of the program for one target: the executable and the licence.
 *
 * @module
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Asset } from "../../src/sup/index-file.ts";
import {
  archiveName,
  executableName,
  type Format,
  formatTag,
  formatTarget,
  type Tag,
  type Target,
} from "../../src/sup/release.ts";
import { bringForeign, buildExecutable } from "./executable.ts";
import { type Effort, pack } from "./pack.ts";

/** What a build knows of where it comes from. */
export type Origin = {
  readonly tag: Tag;
  /** Public keys that its installer trusts. */
  readonly keys: readonly string[];
  /** Where its installer looks for releases; empty if it is not known yet. */
  readonly baseUrl: string;
};

/** Where archives go, and how they are packed. */
export type Packing = {
  readonly folder: string;
  readonly formats: readonly Format[];
  readonly effort: Effort;
};

const ROOT = join(import.meta.dir, "../..");

/** Builds and packs one target. */
export async function makeArchives(
  target: Target,
  origin: Origin,
  { folder, formats, effort }: Packing,
): Promise<Asset[]> {
  const scratch = mkdtempSync(join(tmpdir(), "soma-release-"));
  try {
    const name = executableName(target.platform);
    const foreign = await bringForeign(target.platform);
    const values = valuesOf(target, origin);
    await buildExecutable({ outfile: join(scratch, name), target, foreign, values });
    copyFileSync(join(ROOT, "LICENSE"), join(scratch, "LICENSE"));
    mkdirSync(folder, { recursive: true });
    const assets: Asset[] = [];
    for (const format of formats) {
      const outfile = join(folder, archiveName(origin.tag, target, format));
      const packed = await pack(scratch, ["LICENSE", name], outfile, { format, effort });
      assets.push({ ...packed, ...target, format });
    }
    return assets;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function valuesOf(target: Target, { tag, keys, baseUrl }: Origin): Record<string, string> {
  return {
    BUILD_VERSION: tag.version,
    BUILD_TAG: formatTag(tag),
    BUILD_TARGET: formatTarget(target),
    BUILD_SUP_KEYS: keys.join(","),
    ...(baseUrl !== "" && { BUILD_SUP_BASE_URL: baseUrl }),
  };
}
