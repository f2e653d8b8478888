/**
 * Processors that this machine does not have, emulated: one for x64 without AVX2, for which there
 * is no other build, and one for ARM. The builds start there and predict as they do here.
 *
 * @module
 */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { hasWebgpu } from "../../../src/sup/release.ts";
import { FROM_SOURCE, Shell } from "../shell.ts";

setDefaultTimeout(600_000);
const BUILD = join(import.meta.dir, "../../../scripts/build.ts");
/** Where Debian's packages for cross compilers put the C library of ARM. */
const ARM_ROOT = "/usr/aarch64-linux-gnu";
const SCORE = z.object({ winner: z.literal(0), loss: z.array(z.number()).length(2) });

const folder = mkdtempSync(join(tmpdir(), "soma-processors-"));

afterAll(() => rmSync(folder, { recursive: true }));

/** The words before a program, by what they emulate. */
const EMULATORS = {
  // Of 2008: SSE 4.2, no AVX.
  "linux-x64": { words: ["qemu-x86_64", "-cpu", "Nehalem"], needs: "/lib64/ld-linux-x86-64.so.2" },
  "linux-arm64": { words: ["qemu-aarch64", "-L", ARM_ROOT], needs: ARM_ROOT },
} as const;

const platforms = (["linux-x64", "linux-arm64"] as const).filter((platform) => {
  const { words, needs } = EMULATORS[platform];
  return Bun.which(words[0]) !== null && existsSync(needs);
});

test.each(platforms)("%s starts and predicts", async (platform) => {
  const { words } = EMULATORS[platform];
  const soma = join(folder, platform);
  const build = [process.execPath, BUILD, "--target", platform, "--outfile", soma];
  expect(Bun.spawnSync(build)).toMatchObject({ exitCode: 0 });
  const there = new Shell([...words, soma]);
  const here = new Shell(FROM_SOURCE);
  try {
    expect((await there.run("--version")).stdout).toStartWith("soma ");
    const env = { HOME: there.home };
    const { stdout } = await there.runWith({ env }, "sup", "doctor");
    const isWithout = stdout.includes(`there is no WebGPU library for ${platform}`);
    expect(isWithout).toBe(!hasWebgpu(platform));
    const files = await Promise.all([7, 8].map((seed) => sameWeights(seed, there, here)));
    const data = join(folder, "data");
    writeFileSync(data, "a few bytes to predict");
    const score = ["score", data, ...files.flatMap((file) => ["--weights", file])];
    const [slow, fast] = [await there.json(SCORE, ...score), await here.json(SCORE, ...score)];
    for (const [index, loss] of slow.loss.entries()) expect(loss).toBeCloseTo(fast.loss[index]!, 4);
  } finally {
    await Promise.all([there.close(), here.close()]);
  }
});

/** A file of weights that both make alike. */
async function sameWeights(seed: number, ...shells: readonly Shell[]): Promise<string> {
  const files = shells.map((shell) => join(shell.home, `${seed}.safetensors`));
  for (const [index, shell] of shells.entries()) {
    const run = await shell.run("model", "init", "--seed", String(seed), files[index]!);
    expect(run).toMatchObject({ code: 0 });
  }
  const [first, ...others] = files.map((file) => readFileSync(file));
  for (const other of others) expect(other.equals(first!)).toBe(true);
  return files[0]!;
}
