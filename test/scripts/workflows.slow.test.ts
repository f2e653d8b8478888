/**
 * The release workflow played to its end in a fresh clone, for one platform: what it leaves to be
 * uploaded can be installed from, and what it would publish is a package that npm takes.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { commandsOf, environmentOf, play, readWorkflow, ROOT } from "./workflow.ts";

setDefaultTimeout(600_000);
const temporary = mkdtempSync(join(tmpdir(), "soma-workflow-"));
const clone = join(temporary, "clone");
const VALUES = {
  "secrets.RELEASE_SEED": "cd".repeat(32),
  "secrets.NPM_TOKEN": "none",
  "vars.SUP_BASE_URL": "",
};

beforeAll(() => {
  expect(play(`git clone -q "${ROOT}" "${clone}"`, "/", {}).code).toBe(0);
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
});

afterAll(() => rmSync(temporary, { recursive: true }));

/** Plays all steps but the tests, which are these, for a tag; `more` is said to the release. */
function release(tag: string, more: string, publish: string): void {
  const forge = { GITHUB_REF_NAME: tag, RUNNER_TEMP: temporary };
  for (const step of commandsOf(readWorkflow("release.yml"))) {
    if (step.run === ".ci/run") continue;
    const words = step.run.trim();
    const script = words.startsWith("npm run release") ? words + more : words;
    const isPublishing = words.startsWith("npm publish");
    if (isPublishing && publish === "") continue;
    const env = { ...environmentOf(step, VALUES), ...forge };
    const run = play(isPublishing ? script + publish : script, clone, env);
    expect({ words, code: run.code, err: run.code === 0 ? "" : run.err }).toMatchObject({
      code: 0,
    });
  }
}

test("a tag of the program gives a folder that can be installed from", () => {
  release("testnet-v1.2.3", " --only linux-x64 --effort fast", "");
  const home = join(temporary, "home");
  const env = { HOME: home, SUP_INDEX_URL: join(clone, "release"), SUP_HOME: "", SUP_BIN_DIR: "" };
  expect(play("sh release/install.sh", clone, env).code).toBe(0);
  expect(play(`"${home}/.local/bin/soma" --version`, "/", env).out).toStartWith("soma 1.2.3");
});

test.each(["sdk", "models"])("a tag of %s gives a package that npm takes", (name) => {
  release(`${name}-v1.2.3`, "", " --dry-run --offline");
});
