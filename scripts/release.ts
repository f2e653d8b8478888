/**
 * Makes a release: a static folder with archives, signed sums, a signed list, install scripts and a
 * bill of materials, which any web server can serve. Run again with another tag on the same folder,
 * it adds a release.
 * Options: `--tag testnet-vX.Y.Z`, `--out DIR` (dist/release), `--keys DIR` (made if missing),
 * `--only linux-x64,…`, `--base-url URL` (SUP_BASE_URL), `--days N` (90), `--effort fast|best`,
 * `--dry-run`, `--json`.
 *
 * @module
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import type { Asset } from "../src/sup/index-file.ts";
import { SUMS_NAME } from "../src/sup/install.ts";
import {
  archiveName,
  executableName,
  type Format,
  formatTag,
  formatTarget,
  parseTag,
  parseTarget,
  PLATFORMS,
  type Tag,
  type Target,
} from "../src/sup/release.ts";
import { bringForeign, buildExecutable } from "./release/executable.ts";
import { describeRelease, writeIndex } from "./release/index-entry.ts";
import { writeInstallers } from "./release/installers.ts";
import { openKeys, type ReleaseKeys } from "./release/keys.ts";
import { type Effort, pack } from "./release/pack.ts";
import { sbom } from "./release/sbom.ts";
import { hasWebgpu } from "./release/webgpu.ts";

type Plan = {
  readonly tag: Tag;
  readonly targets: readonly Target[];
  readonly out: string;
  readonly keys: string;
  readonly baseUrl: string;
  readonly days: number;
  readonly effort: Effort;
};

const ROOT = join(import.meta.dir, "..");
/** What is only tried needs no smaller archive beside the one that every tool reads. */
const FORMATS: Readonly<Record<Effort, readonly Format[]>> = {
  fast: ["tar.gz"],
  best: ["tar.gz", "tar.xz"],
};
const DAYS = 90;

/** Builds and packs one target. */
async function makeTarget(plan: Plan, keys: ReleaseKeys, target: Target): Promise<Asset[]> {
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

async function makeRelease(plan: Plan): Promise<readonly Asset[]> {
  const keys = openKeys(plan.keys);
  const tag = formatTag(plan.tag);
  const folder = join(plan.out, tag);
  mkdirSync(folder, { recursive: true });
  const assets: Asset[] = [];
  for (const target of plan.targets) {
    console.error(`  ${tag} for ${formatTarget(target)} …`);
    assets.push(...(await makeTarget(plan, keys, target)));
  }
  const nowMs = Date.now();
  const release = describeRelease(plan.tag, assets, nowMs);
  writeFileSync(join(folder, "sbom.cdx.json"), sbom(plan.tag.version));
  writeFileSync(join(folder, "CHANGES.md"), changes(tag, release.changes, assets));
  const sums = join(folder, SUMS_NAME);
  writeFileSync(sums, assets.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(""));
  keys.sign(sums);
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

function readPlan(): { plan: Plan; dryRun: boolean; json: boolean } {
  const { values } = parseArgs({
    options: {
      tag: { type: "string" },
      only: { type: "string", default: PLATFORMS.join(",") },
      keys: { type: "string" },
      out: { type: "string", default: join(ROOT, "dist/release") },
      "base-url": { type: "string", default: process.env["SUP_BASE_URL"] ?? "" },
      days: { type: "string", default: String(DAYS) },
      effort: { type: "string", default: "best" },
      "dry-run": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { effort, keys } = values;
  const tag = parseTag(values.tag ?? "");
  if (!tag.ok) return fail(`--tag: ${tag.error}`);
  if (keys === undefined) return fail("--keys: name the folder of the signing keys");
  if (effort !== "fast" && effort !== "best") return fail("--effort is fast or best");
  if (!/^[1-9][0-9]{0,3}$/.test(values.days)) return fail("--days is a number of days");
  const plan: Plan = {
    tag: tag.value,
    targets: values.only.split(",").map(readTarget),
    out: resolve(values.out),
    keys: resolve(keys),
    baseUrl: values["base-url"],
    days: Number(values.days),
    effort,
  };
  return { plan, dryRun: values["dry-run"], json: values.json };
}

function readTarget(text: string): Target {
  const target = parseTarget(text);
  return target.ok ? target.value : fail(`--only: ${target.error}`);
}

function fail(message: string): never {
  console.error(`release: ${message}`);
  process.exit(2);
}

const { plan, dryRun, json } = readPlan();
const assets = dryRun ? [] : await makeRelease(plan);
const document = {
  tag: formatTag(plan.tag),
  out: plan.out,
  targets: plan.targets.map(formatTarget),
  assets,
  dry_run: dryRun,
};
if (json) console.log(JSON.stringify(document));
else {
  for (const { name, size } of assets) console.log(`${name}  ${(size / 1e6).toFixed(1)} MB`);
  const verb = dryRun ? "would be" : "is";
  console.log(`${document.tag} for ${document.targets.join(", ")} ${verb} in ${plan.out}`);
}
