/**
 * A release of the program: archives for every target, a list of them, install scripts and a bill
 * of materials.
 *
 * @module
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
import { describeRelease, writeIndex } from "./index-entry.ts";
import { writeInstallers } from "./installers.ts";
import type { ReleaseKeys } from "./keys.ts";
import { type Effort, pack } from "./pack.ts";
import { sbom } from "./sbom.ts";
import { writeSums } from "./sums.ts";
import { hasWebgpu } from "./webgpu.ts";

/** What to release. */
export type ProgramPlan = {
  readonly tag: Tag;
  readonly targets: readonly Target[];
  readonly out: string;
  readonly baseUrl: string;
  readonly days: number;
  readonly effort: Effort;
  /** Told before each target is built. */
  readonly onTarget: (target: Target) => void;
};

const ROOT = join(import.meta.dir, "../..");
/** What is only tried needs no smaller archive beside the one that every tool reads. */
const FORMATS: Readonly<Record<Effort, readonly Format[]>> = {
  fast: ["tar.gz"],
  best: ["tar.gz", "tar.xz"],
};

/** Makes the release in the folder of its tag, and renews what lies beside such folders. */
export async function releaseProgram(plan: ProgramPlan, keys: ReleaseKeys): Promise<Asset[]> {
  const tag = formatTag(plan.tag);
  const folder = join(plan.out, tag);
  mkdirSync(folder, { recursive: true });
  const assets: Asset[] = [];
  for (const target of plan.targets) {
    plan.onTarget(target);
    assets.push(...(await makeTarget(plan, keys, target)));
  }
  const nowMs = Date.now();
  const release = describeRelease(plan.tag, assets, nowMs);
  const platforms = plan.targets.map(({ platform }) => platform);
  writeFileSync(join(folder, "sbom.cdx.json"), sbom(plan.tag.version, platforms));
  writeFileSync(join(folder, "CHANGES.md"), changes(tag, release.changes, assets));
  writeSums(folder, assets, keys);
  keys.sign(writeIndex(plan.out, release, { nowMs, days: plan.days }));
  const { baseUrl } = plan;
  writeInstallers(plan.out, { tag, baseUrl, keys: keys.trusted, archives: assets });
  return assets;
}

/** Builds and packs one target. */
async function makeTarget(plan: ProgramPlan, keys: ReleaseKeys, target: Target): Promise<Asset[]> {
  const folder = mkdtempSync(join(tmpdir(), "soma-release-"));
  try {
    const name = executableName(target.platform);
    const values = {
      BUILD_VERSION: plan.tag.version,
      BUILD_TAG: formatTag(plan.tag),
      BUILD_TARGET: formatTarget(target),
      BUILD_SUP_KEYS: keys.trusted.join(","),
      ...(plan.baseUrl !== "" && { BUILD_SUP_BASE_URL: plan.baseUrl }),
    };
    const foreign = await bringForeign(target.platform);
    await buildExecutable({ outfile: join(folder, name), target, foreign, values });
    copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
    const assets: Asset[] = [];
    for (const format of FORMATS[plan.effort]) {
      const outfile = join(plan.out, formatTag(plan.tag), archiveName(plan.tag, target, format));
      const { effort } = plan;
      const packed = await pack(folder, ["LICENSE", name], outfile, { format, effort });
      assets.push({ ...packed, ...target, format });
    }
    return assets;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What is new, and what computes scores in each archive besides the processor. */
function changes(tag: string, lines: readonly string[], assets: readonly Asset[]): string {
  const archives = assets.map(({ name, size, platform, backend }) => {
    const gpus = [backend === "wgpu" ? [] : [backend], hasWebgpu(platform) ? ["WebGPU"] : []];
    const computes = ["the processor", ...gpus.flat()].join(", ");
    return `- ${name}: ${(size / 1e6).toFixed(1)} MB, ${computes}\n`;
  });
  const news = lines.map((line) => `- ${line}\n`);
  return `# ${tag}\n\n${news.join("")}\n## Archives\n\n${archives.join("")}`;
}
