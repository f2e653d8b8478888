/**
 * The workflows do what can be done here: each command of theirs is a script of the repository with
 * options that it takes, and a release by tag is the release that `npm run release` makes.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import manifest from "../../package.json" with { type: "json" };
import { PLATFORMS } from "../../src/sup/release.ts";
import { commandsOf, environmentOf, play, readWorkflow, ROOT, WORKFLOWS } from "./workflow.ts";

const temporary = mkdtempSync(join(tmpdir(), "soma-workflows-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const PLAN = z.object({
  tag: z.string(),
  out: z.literal(join(ROOT, "release")),
  targets: z.array(z.string()),
  dry_run: z.literal(true),
});
const SEED = "ab".repeat(32);
const VALUES = { "secrets.RELEASE_SEED": SEED, "vars.SUP_BASE_URL": "https://releases.invalid" };

test.each([...WORKFLOWS])("%s runs scripts that there are, by bash", (name) => {
  const commands = commandsOf(readWorkflow(name));
  expect(commands.length).toBeGreaterThan(0);
  for (const { run } of commands) {
    expect(Bun.spawnSync(["bash", "-n", "-c", run]).stderr.toString()).toBe("");
    const scripts = [...run.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, script]) => script!);
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts));
    for (const [path] of run.matchAll(/^\.[\w/.-]+/gm)) {
      accessSync(join(ROOT, path), constants.X_OK);
    }
  }
});

test.skipIf(Bun.which("actionlint") === null)("actionlint minds nothing", () => {
  const { stdout, exitCode } = Bun.spawnSync(["actionlint", "-no-color"], { cwd: ROOT });
  expect({ exitCode, says: stdout.toString() }).toEqual({ exitCode: 0, says: "" });
});

describe("release.yml", () => {
  const workflow = readWorkflow("release.yml");
  const commands = commandsOf(workflow);
  const named = (name: string): (typeof commands)[number] =>
    commands.find((step) => step.name === name)!;
  const uploaded = workflow.jobs["release"]!.steps.find(({ uses }) => uses?.includes("upload"));

  test("puts the key where its owner alone can read it", () => {
    const step = named("Keys");
    const env = { ...environmentOf(step, VALUES), RUNNER_TEMP: temporary };
    expect(play(step.run, ROOT, env)).toEqual({ code: 0, out: "", err: "" });
    const path = join(temporary, "keys/release-1.seed");
    expect(readFileSync(path, "utf8")).toBe(`${SEED}\n`);
    expect(statSync(path).mode & 0o77).toBe(0);
  });

  test("tests before it releases, and publishes last", () => {
    const order = commands.map(({ name, run }) => name ?? run);
    expect(order).toEqual([".ci/run", "Keys", "Release folder", "Publish the package"]);
    expect(uploaded?.with?.["path"]).toBe("release");
  });

  const everything: readonly string[] = [...PLATFORMS, "linux-x64-cuda", "linux-x64-rocm"];
  const released = {
    "testnet-v*": everything,
    "sdk-v*": ["npm: soma-sdk"],
    "models-v*": ["npm: soma-models"],
  };

  test("begins with the tags that a release can be made for", () => {
    expect(workflow.on.push.tags).toEqual(Object.keys(released));
  });

  test.each(Object.entries(released))("for %s releases all of %j", (pattern, targets) => {
    const tag = pattern.replace("*", "1.2.3");
    const step = named("Release folder");
    const forge = { GITHUB_REF_NAME: tag, RUNNER_TEMP: temporary };
    const env = { ...environmentOf(step, VALUES), ...forge };
    const { code, out } = play(`${step.run.trim()} --dry-run --json`, ROOT, env);
    expect(code).toBe(0);
    expect(PLAN.parse(JSON.parse(out.trim().split("\n").at(-1)!))).toMatchObject({ tag, targets });
  });
});
