/**
 * The script that every npm script runs first: it does nothing when there is nothing to do, and
 * says what is missing when it cannot be had.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const SETUP = "scripts/setup.mjs";
const LINES_MAX = 60;
// Nobody listens there.
const NO_REGISTRY = "http://127.0.0.1:9/";
const node = Bun.which("node");
const canInstall = node !== null && Bun.which("npm") !== null;

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the script of a folder with Node. */
function setUp(folder: string, path: string): Ended {
  const { exitCode, stdout, stderr } = Bun.spawnSync([node!, join(folder, SETUP)], {
    cwd: tmpdir(),
    env: { PATH: path, HOME: folder, npm_config_registry: NO_REGISTRY },
  });
  return { code: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** A folder that is as a fresh clone. */
function freshClone(): string {
  const folder = mkdtempSync(join(tmpdir(), "soma-setup-"));
  made.push(folder);
  mkdirSync(join(folder, "scripts"));
  for (const name of [SETUP, "package.json", "bun.lock"]) {
    cpSync(join(ROOT, name), join(folder, name));
  }
  return folder;
}

test("it stays short", () => {
  const lines = readFileSync(join(ROOT, SETUP), "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(LINES_MAX);
});

test.skipIf(node === null)("with everything there it runs no program and says nothing", () => {
  setUp(ROOT, process.env["PATH"] ?? "");
  // Without a PATH no other program could be found.
  expect(setUp(ROOT, "")).toEqual({ code: 0, stdout: "", stderr: "" });
});

describe.skipIf(!canInstall)("without a network", () => {
  const path = process.env["PATH"] ?? "";

  test("it says what is missing and what to do", () => {
    const { code, stdout, stderr } = setUp(freshClone(), path);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^setup: installing Bun \d+\.\d+\.\d+ /);
    expect(stderr).toMatch(/setup: missing: .*\bbun\b/);
    expect(stderr).toEndWith("connect to the network and run the same command again\n");
  });

  test("a Bun of another version is not taken for the pinned one", () => {
    const folder = freshClone();
    mkdirSync(join(folder, "node_modules/bun"), { recursive: true });
    writeFileSync(join(folder, "node_modules/bun/package.json"), `{ "version": "0.0.1" }`);
    const { code, stderr } = setUp(folder, path);
    expect(code).toBe(1);
    expect(stderr).toMatch(/setup: missing: .*\bbun\b/);
  });
});
