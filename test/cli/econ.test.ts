/**
 * `soma econ` from the command line: what it prints, what it writes, how it ends.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runCli } from "../../src/cli/run.ts";
import { SOMA } from "../../src/cli/table.ts";
import { makeDeps, runIn } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "soma-econ-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SMALL = [
  "econ",
  "--epochs",
  "2",
  "--hunters",
  "1",
  "--attempts",
  "100",
  "--threshold",
  "0.4",
];

describe("soma econ", () => {
  test("prints a table with a row for each epoch, and what follows from it", async () => {
    const file = join(folder, "plot.svg");
    const { code, stdout } = await runIn({}, [...SMALL, "--plot", file]);
    expect(code).toBe(0);
    expect(stdout).toContain("│ Epoch │ Distance │");
    expect(stdout).toMatch(/│ 0 +│ 0\.4000 +│ \d+ +│/);
    expect(stdout).toMatch(/│ 1 +│ 0\.\d{4} +│ \d+ +│/);
    expect(stdout).toContain("Hits: goal 360 an epoch");
    expect(stdout).toContain(`Charts: ${file}`);
    const charts = readFileSync(file, "utf8");
    expect(charts).toStartWith("<svg ");
    expect(charts).toContain("Scenario steady, seed 1");
  });

  test("gives rows and answers as data", async () => {
    const { code, stdout } = await runIn({}, [...SMALL, "--scenario", "split", "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as {
      epochs: { epoch: number; hits: number; fund: string; attacker: { stake: number } }[];
      summary: Record<string, unknown>;
    };
    expect(document).toMatchObject({ scenario: "split", seed: 1, hunters: 1, plot: null });
    expect(document.epochs.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(document.epochs[0]!.hits).toBeGreaterThan(0);
    expect(document.epochs[0]!.attacker.stake).toBeCloseTo(0.1, 6);
    expect(BigInt(document.epochs[0]!.fund)).toBeGreaterThan(9_000_000n * 10n ** 9n);
    expect(document.summary["change_epoch"]).toBeNull();
  });

  test("ends in order on Ctrl-C, and reports the epochs that had ended", async () => {
    const { deps, texts, stop } = makeDeps({});
    const words = ["econ", "--epochs", "1000", "--attempts", "0"];
    const stopping = {
      ...deps,
      onStop: (listener: Parameters<typeof deps.onStop>[0]) => {
        setTimeout(() => stop("SIGINT"), 0);
        return deps.onStop(listener);
      },
    };
    expect(await runCli(SOMA, words, stopping)).toBe(130);
    expect(texts.stderr.join("")).toContain("interrupted; epochs that had ended are reported");
  });

  test("refuses values that make no network, and names the option", async () => {
    for (const [option, value, reason] of [
      ["--scenario", "boom", "none of steady, hard, easy, rush, slump, fees, split"],
      ["--threshold", "3", "is not a distance from 0 to 2"],
      ["--payments", "1000001", "is more than 1000000"],
      ["--dimension", "2", "is not from 3 to 2048"],
    ] as const) {
      const { code, stderr } = await runIn({}, ["econ", option, value]);
      expect(code).toBe(2);
      expect(stderr).toContain(option);
      expect(stderr).toContain(reason);
    }
  });

  test("a chart that cannot be written is an error with its name, after the table", async () => {
    const file = join(folder, "no", "such", "folder.svg");
    const { code, stdout, stderr } = await runIn({}, [...SMALL, "--plot", file]);
    expect(code).not.toBe(0);
    expect(stdout).toContain("Hits: goal 360 an epoch");
    expect(stderr).toContain(file);
  });
});
