/**
 * Builds the executable, or with a tag an archive of it: `dist/soma-TAG-TARGET.tar.gz`.
 * Options: `--outfile FILE` (dist/soma), `--target TARGET` (this machine), `--tag TAG`, `--json`.
 *
 * @module
 */
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { detectMachine, systemProbe } from "../src/sup/machine.ts";
import { formatTarget, parseTag, parseTarget, type Target } from "../src/sup/release.ts";
import { makeArchives } from "./release/archives.ts";
import { bringForeign, type Build, buildExecutable } from "./release/executable.ts";

type Options = {
  readonly outfile: string;
  readonly target: string | undefined;
  readonly tag: string | undefined;
  readonly json: boolean;
};

const { platform } = detectMachine(systemProbe(() => false));
const DIST = join(import.meta.dir, "../dist");

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        outfile: { type: "string", default: join(DIST, "soma") },
        target: { type: "string" },
        tag: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return { ...values, target: values.target, tag: values.tag };
  } catch (error) {
    if (error instanceof TypeError) return fail(2, error.message);
    throw error;
  }
}

function readTarget(text: string): Target {
  const target = parseTarget(text);
  return target.ok ? target.value : fail(2, `--target: ${target.error}`);
}

/** Writes the executable; says so in one line. */
async function build({ outfile, target: text, json }: Options): Promise<string> {
  const target = text === undefined ? ({ platform, backend: "wgpu" } as const) : readTarget(text);
  const foreign = text === undefined ? undefined : await bringForeign(target.platform);
  const built = await buildExecutable({ outfile: resolve(outfile), target, foreign });
  const name = formatTarget(target);
  return json ? JSON.stringify({ ...built, target: name }) : describe(built, name);
}

/** Writes an archive that trusts no keys: only a release can be installed by others. */
async function buildArchive(text: string, options: Options): Promise<string> {
  const tag = parseTag(text);
  if (!tag.ok) return fail(2, `--tag: ${tag.error}`);
  const target = readTarget(options.target ?? platform);
  const packing = { folder: DIST, formats: ["tar.gz"], effort: "best" } as const;
  const made = await makeArchives(target, { tag: tag.value, keys: [], baseUrl: "" }, packing);
  if (options.json) return JSON.stringify(made);
  return made.map(({ name, size }) => `dist/${name}: ${megabytes(size)}`).join("\n");
}

function fail(code: number, message: string): never {
  console.error(`build: ${message}`);
  process.exit(code);
}

function describe({ path, bytes, commit, version, seconds }: Build, target: string): string {
  const source = [version, commit].filter((part) => part !== "").join("-");
  const where = relative(process.cwd(), path);
  return `${where}: ${megabytes(bytes)}, ${target}, ${source}, ${seconds.toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const options = readOptions();
try {
  const { tag } = options;
  console.log(await (tag === undefined ? build(options) : buildArchive(tag, options)));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  fail(1, error.message);
}
