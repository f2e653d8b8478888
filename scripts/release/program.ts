/**
 * A release of the program: archives for every target, a list of them, install scripts and a bill
 * of materials.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Asset } from "../../src/sup/index-file.ts";
import { type Format, formatTag, hasWebgpu, type Tag, type Target } from "../../src/sup/release.ts";
import { makeArchives } from "./archives.ts";
import { describeRelease, writeIndex } from "./index-entry.ts";
import { writeInstallers } from "./installers.ts";
import type { ReleaseKeys } from "./keys.ts";
import type { Effort } from "./pack.ts";
import { bringIndex } from "./previous-index.ts";
import { sbom } from "./sbom.ts";
import { writeSums } from "./sums.ts";

/** What to release. */
export type ProgramPlan = {
  readonly tag: Tag;
  readonly targets: readonly Target[];
  readonly out: string;
  readonly baseUrl: string;
  readonly days: number;
  /** Whether there is no list to go on from, published or in `out`. */
  readonly isFirst: boolean;
  readonly effort: Effort;
  /** Told before each target is built. */
  readonly onTarget: (target: Target) => void;
};

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
  if (!plan.isFirst) await bringIndex(plan.out, plan.baseUrl, keys.trusted);
  const assets: Asset[] = [];
  for (const target of plan.targets) {
    plan.onTarget(target);
    const { effort, baseUrl } = plan;
    const formats = FORMATS[effort];
    const origin = { tag: plan.tag, keys: keys.trusted, baseUrl };
    assets.push(...(await makeArchives(target, origin, { folder, formats, effort })));
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
