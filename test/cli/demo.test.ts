/**
 * The demo: one whole round whose figures add up, told in 80 columns, and nothing left of it.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { demoPorts } from "../../src/cli/demo/stage.ts";
import { runCli } from "../../src/cli/run.ts";
import { SOMA } from "../../src/cli/table.ts";
import { textWidth } from "../../src/cli/text-layout.ts";
import { makeDeps, runIn, temporaryDir } from "./world.ts";

const MS_MAX = 120_000;
const POLL_MS = 20;
const folder = temporaryDir();
const file = join(folder, "prose.txt");
const before = process.env["TMPDIR"];

beforeAll(() => {
  const prose = readFileSync(new URL("../vectors/held-back/english.bin", import.meta.url));
  writeFileSync(file, prose.subarray(0, 800));
  mkdirSync(join(folder, "tmp"));
  process.env["TMPDIR"] = join(folder, "tmp");
});

afterAll(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
});

function leftBehind(): readonly string[] {
  expect(tmpdir()).toBe(join(folder, "tmp"));
  return readdirSync(tmpdir()).filter((name) => name.startsWith("soma-"));
}

test(
  "the money adds up",
  async () => {
    const { code, stdout, stderr } = await runIn({}, ["demo", file, "--exit", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const round = JSON.parse(stdout);
    const amount = (text: string): bigint => BigInt(text);
    const { submitter, claimer, model } = round.reward_shares;
    expect(amount(submitter) + amount(claimer) + amount(model)).toBe(amount(round.reward));
    const fees = amount(round.submission_fee) + amount(round.claim_fee);
    const gain = amount(round.balance_after) - amount(round.balance_before);
    expect(gain).toBe(amount(submitter) + amount(claimer) - fees);
    expect(round).toMatchObject({ file: "prose.txt", size: 800, claim_epoch: 2, submit_epoch: 0 });
    const losses = round.losses as { model_id: string; loss: number }[];
    const least = losses.toSorted((left, right) => left.loss - right.loss)[0];
    expect(round.winning_model_id).toBe(least?.model_id);
    expect(round.distance).toBeLessThanOrEqual(round.distance_threshold);
    expect(leftBehind()).toEqual([]);
  },
  MS_MAX,
);

test(
  "it is told in 80 columns, stays up until it is stopped, and leaves nothing",
  async () => {
    const { deps, texts, stop } = makeDeps({ columns: 80 });
    const running = runCli(SOMA, ["demo", file], deps);
    const text = (): string => texts.stdout.join("");
    while (!text().includes("Press Ctrl+C")) await Bun.sleep(POLL_MS);
    const [, home] = /SOMA_CONFIG_DIR=(\S+)/.exec(text()) ?? [];
    const status = await runIn({ SOMA_CONFIG_DIR: home }, ["status", "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ epoch: 2, server_reachable: true });
    stop("SIGINT");
    expect(await running).toBe(0);
    const withoutPaths = text().replaceAll(folder, "");
    for (const line of withoutPaths.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(80);
    expect(text()).toContain("✓ The file earned");
    expect(leftBehind()).toEqual([]);
  },
  MS_MAX,
);

test(
  "it can be stopped at any time",
  async () => {
    const { deps, texts, stop } = makeDeps({});
    const running = runCli(SOMA, ["demo", file], deps);
    while (!texts.stdout.join("").includes("2. An account")) await Bun.sleep(POLL_MS);
    stop("SIGTERM");
    expect(await running).toBe(143);
    expect(texts.stderr.join("")).toContain("nothing of the demo is kept");
    expect(leftBehind()).toEqual([]);
  },
  MS_MAX,
);

test.each([
  ["missing", "file_missing"],
  ["empty", "file_empty"],
  ["large", "file_too_large"],
  ["tmp", "not_a_file"],
])("a file that does not do is told before anything starts: %s", async (name, code) => {
  writeFileSync(join(folder, "empty"), "");
  writeFileSync(join(folder, "large"), "");
  truncateSync(join(folder, "large"), 1024 * 1024 + 1);
  const run = await runIn({}, ["demo", join(folder, name), "--json"]);
  expect(run).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(run.stdout).error.code).toBe(code);
});

test("ports that are taken are replaced by any that are free", () => {
  const isTaken = new Set([9_000, 9_124]);
  expect(demoPorts((port) => !isTaken.has(port))).toEqual({
    rpc: 0,
    faucet: 9_123,
    scoring: 0,
    admin: 9_125,
  });
});
