/**
 * Makes a release by its tag. `testnet-vX.Y.Z` or another channel: a static folder with archives,
 * signed sums, a signed list, install scripts and a bill of materials, which any web server can
 * serve; it adds to the list in the folder, else to the one published at the base URL (`--first`
 * asks for none). `sdk-vX.Y.Z` and `models-vX.Y.Z`: an npm package with signed sums.
 * Options: `--tag TAG`, `--out DIR` (dist/release), `--keys DIR` (made if missing),
 * `--only linux-x64,…`, `--base-url URL` (SUP_BASE_URL), `--first`, `--days N` (90),
 * `--effort fast|best`, `--dry-run`, `--json`.
 *
 * @module
 */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import {
  formatTag,
  formatTarget,
  parseTag,
  parseTarget,
  PLATFORMS,
  type Target,
} from "../src/sup/release.ts";
import { changesSince, previousTag } from "./release/index-entry.ts";
import { openKeys, type ReleaseKeys } from "./release/keys.ts";
import { makePackage, NPM_PACKAGES, type NpmPackage } from "./release/npm-package.ts";
import { type Packed, sha256 } from "./release/pack.ts";
import { type ProgramPlan, releaseProgram } from "./release/program.ts";
import { writeSums } from "./release/sums.ts";

type Plan = ProgramPlan & { readonly keys: string };

const ROOT = join(import.meta.dir, "..");
const DAYS = 90;
const TARGETS = [...PLATFORMS, "linux-x64-cuda", "linux-x64-rocm"];

/** Makes a package for the registry in the folder of its tag. */
async function releasePackage(
  { tag, out }: Plan,
  pack: NpmPackage,
  keys: ReleaseKeys,
): Promise<Packed[]> {
  const folder = join(out, formatTag(tag));
  mkdirSync(folder, { recursive: true });
  const name = await makePackage(pack, tag.version, folder);
  const path = join(folder, name);
  const packed = [{ name, size: statSync(path).size, sha256: await sha256(path) }];
  const lines = changesSince(previousTag(tag)).map((line) => `- ${line}\n`);
  writeFileSync(join(folder, "CHANGES.md"), `# ${formatTag(tag)}\n\n${lines.join("")}`);
  writeSums(folder, packed, keys);
  return packed;
}

const OPTIONS = {
  tag: { type: "string" },
  only: { type: "string", default: TARGETS.join(",") },
  keys: { type: "string" },
  out: { type: "string", default: join(ROOT, "dist/release") },
  "base-url": { type: "string", default: process.env["SUP_BASE_URL"] ?? "" },
  days: { type: "string", default: String(DAYS) },
  first: { type: "boolean", default: false },
  effort: { type: "string", default: "best" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

function readOptions(): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"] {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    if (error instanceof TypeError) return fail(error.message);
    throw error;
  }
}

function readPlan(): { plan: Plan; dryRun: boolean; json: boolean } {
  const values = readOptions();
  const { effort, keys } = values;
  const tag = parseTag(values.tag ?? "");
  if (!tag.ok) return fail(`--tag: ${tag.error}`);
  if (keys === undefined) return fail("--keys: name the folder of the signing keys");
  if (!relative(ROOT, resolve(keys)).startsWith("..")) {
    return fail("--keys: keep the signing keys outside of the repository");
  }
  if (effort !== "fast" && effort !== "best") return fail("--effort is fast or best");
  if (!/^[1-9][0-9]{0,3}$/.test(values.days)) return fail("--days is a number of days");
  const plan: Plan = {
    tag: tag.value,
    targets: values.only.split(",").map(readTarget),
    out: resolve(values.out),
    keys: resolve(keys),
    baseUrl: values["base-url"],
    days: Number(values.days),
    isFirst: values.first,
    effort,
    onTarget: (target) => console.error(`  for ${formatTarget(target)} …`),
  };
  return { plan, dryRun: values["dry-run"], json: values.json };
}

function readTarget(text: string): Target {
  const target = parseTarget(text);
  return target.ok ? target.value : fail(`--only: ${target.error}`);
}

function fail(message: string, code = 2): never {
  console.error(`release: ${message}`);
  process.exit(code);
}

const { plan, dryRun, json } = readPlan();
const pack = NPM_PACKAGES[plan.tag.channel];
const targets = pack === undefined ? plan.targets.map(formatTarget) : [`npm: ${pack.name}`];
const document = { tag: formatTag(plan.tag), out: plan.out, targets, dry_run: dryRun };
const assets = dryRun ? [] : await make(plan);
if (json) console.log(JSON.stringify({ ...document, assets }));
else {
  for (const { name, size } of assets) console.log(`${name}  ${(size / 1e6).toFixed(1)} MB`);
  const verb = dryRun ? "would be" : "is";
  console.log(`${document.tag} for ${targets.join(", ")} ${verb} in ${plan.out}`);
}

async function make(wanted: Plan): Promise<readonly Packed[]> {
  try {
    const keys = openKeys(wanted.keys);
    if (pack !== undefined) return await releasePackage(wanted, pack, keys);
    return await releaseProgram(wanted, keys);
  } catch (error) {
    if (error instanceof Error) return fail(error.message, 1);
    throw error;
  }
}
