/**
 * Builds the executable.
 * Options: `--outfile FILE` (dist/soma), `--target PLATFORM` (this machine), `--json`.
 *
 * @module
 */
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { detectMachine, systemProbe } from "../src/sup/machine.ts";
import { type Platform, PLATFORMS } from "../src/sup/release.ts";
import { bringForeign, type Build, buildExecutable } from "./release/executable.ts";

const HOST = detectMachine(systemProbe(() => false)).platform;
const ROOT = join(import.meta.dir, "..");

function parsePlatform(text: string | undefined): Platform | undefined {
  if (text === undefined) return undefined;
  const found = PLATFORMS.find((platform) => platform === text);
  return found ?? fail(2, `unknown target ${text}; choose one of ${PLATFORMS.join(", ")}`);
}

function parseOptions(): { outfile: string; target: string | undefined; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        outfile: { type: "string", default: join(ROOT, "dist/soma") },
        target: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return { ...values, target: values.target };
  } catch (error) {
    if (error instanceof TypeError) return fail(2, error.message);
    throw error;
  }
}

async function build(outfile: string, platform: Platform | undefined): Promise<Build> {
  try {
    const foreign = platform === undefined ? undefined : await bringForeign(platform);
    const target = { platform: platform ?? HOST, backend: "wgpu" } as const;
    return await buildExecutable({ outfile, target, foreign });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fail(1, error.message);
  }
}

function fail(code: number, message: string): never {
  console.error(`build: ${message}`);
  process.exit(code);
}

/** One line for people: where it is, how large, and from what. */
function describe({ path, bytes, commit, version, seconds }: Build, target: string): string {
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  const source = [version, commit].filter((part) => part !== "").join("-");
  return `${relative(process.cwd(), path)}: ${size}, ${target}, ${source}, ${seconds.toFixed(1)} s`;
}

const options = parseOptions();
const platform = parsePlatform(options.target);
const result = await build(resolve(options.outfile), platform);
const target = platform ?? HOST;
console.log(options.json ? JSON.stringify({ ...result, target }) : describe(result, target));
