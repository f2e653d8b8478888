/**
 * Scripts, run by the executable on a machine that has nothing else: every example on a network of
 * its own, a script with arguments, one that fails, and lines typed one by one.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { freePortBase, ID, type Run, Shell } from "./shell.ts";

const BUILD = new URL("../../scripts/build.ts", import.meta.url).pathname;
const README = new URL("../../README.md", import.meta.url).pathname;
const BUILD_MS_MAX = 300_000;

const folder = mkdtempSync(join(tmpdir(), "soma-script-"));
let shell: Shell;

beforeAll(async () => {
  const program = join(folder, "soma");
  const { exitCode } = Bun.spawnSync([process.execPath, BUILD, "--outfile", program]);
  expect(exitCode).toBe(0);
  shell = new Shell([program]);
  await shell.startLocalnet(freePortBase());
  await shell.json(z.object({ address: ID }), "wallet", "new");
}, BUILD_MS_MAX);

afterAll(async () => {
  await shell.close();
  rmSync(folder, { recursive: true });
});

async function script(text: string, ...args: readonly string[]): Promise<Run> {
  const path = join(folder, "script.ts");
  writeFileSync(path, text);
  return shell.run("run", path, ...args);
}

test.each([
  ["network", /localnet, epoch 0[\s\S]*active[\s\S]*target 0x/],
  ["transfers", /: 0\.75 SOMA\n.*: 0\.25 SOMA/],
  ["staking", /staked with the validator 0x[0-9a-f]{64}\n[\d.]+ SOMA after all/],
])("the example %s", async (name, expected) => {
  const { code, stdout, stderr } = await shell.run("example", "run", name);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(expected);
});

test("the example strategy wins a target and is paid", async () => {
  const { code, stdout } = await shell.run("example", "run", "strategy", README);
  expect(code).toBe(0);
  expect(stdout).toMatch(/README\.md won 0x[0-9a-f]{64}/);
  const claimed = /claimed ([\d.]+) SOMA/.exec(stdout)?.[1];
  expect(Number(claimed)).toBeGreaterThan(0);
});

test("the example events hears three checkpoints", async () => {
  const listening = shell.run("example", "run", "events");
  for (let count = 0; count < 4; count++) {
    await shell.json(z.object({ epoch: z.number() }), "epoch", "advance");
  }
  const { code, stdout } = await listening;
  expect(code).toBe(0);
  const heard = [...stdout.matchAll(/^checkpoint (\d+) of epoch \d+$/gm)].map(([, n]) => Number(n));
  expect(heard).toHaveLength(3);
  expect(heard[2]! - heard[0]!).toBe(2);
});

test("a script gets its arguments, the SDK, and time to finish", async () => {
  const { code, stdout } = await script(
    `import { formatSoma, Soma } from "soma";
     const words: string[] = process.argv.slice(2);
     console.log(words.join("|"), soma instanceof Soma, formatSoma(1n));
     setTimeout(() => console.log("later"), 50);`,
    "--a",
    "b c",
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "--a|b c true 0.000000001\nlater\n" });
});

test.each([
  ["throws", `throw new Error("boom")`, /script failed: Error: boom.*script\.ts:1/],
  [
    "throws later",
    `setTimeout(() => { throw new Error("boom") }, 10)`,
    /script failed: Error: boom/,
  ],
  ["is no TypeScript", `nope(`, /script failed: /],
  ["refers to what is not there", `await soma.client.model("ff" as never)`, /Error: /],
])("a script that %s fails with one message", async (_, text, expected) => {
  const { code, stderr } = await script(text);
  expect(code).toBe(1);
  expect(stderr).toMatch(expected);
  expect(stderr).not.toContain("bug");
});

test("unknown names are told with the nearest one", async () => {
  const run = await shell.run("example", "show", "strategie");
  expect(run).toMatchObject({ code: 2 });
  expect(run.stderr).toContain("did you mean strategy?");
  const missing = await shell.run("run", "nowhere.ts");
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("there is no file nowhere.ts");
  expect(missing.stderr).toContain("Hint: check the path");
});
