/**
 * `soma sim` from the command line: what it prints, what it writes, how it ends.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { reportSeeds, type SimOptions } from "../../src/cli/actions/sim.ts";
import { Output } from "../../src/cli/output.ts";
import { runCli } from "../../src/cli/run.ts";
import { SOMA } from "../../src/cli/table.ts";
import { runScenario } from "../../src/simulator/scenario.ts";
import { makeDeps, runIn } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "soma-sim-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SMALL = ["--validators", "1", "--minutes", "1", "--faults", "none"];

async function json(words: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout } = await runIn({}, ["sim", ...words, "--json"]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("soma sim", () => {
  test("counts its seeds and hashes their traces", async () => {
    const result = await json(["--seeds", "1..2", ...SMALL]);
    const { virtual_hours, cpu_hours, trace_hash, ...counts } = result;
    expect(counts).toEqual({ seed_from: 1, seed_to: 2, passed: 2, failed: [] });
    expect(virtual_hours).toBeGreaterThanOrEqual(2 / 60);
    expect(cpu_hours).toBe(0);
    expect(trace_hash).toMatch(/^[0-9a-f]{16}$/);
  });

  test("one seed gives the hash of its trace, and the trace itself on request", async () => {
    const file = join(folder, "trace.txt");
    const first = await json(["--seed", "3", ...SMALL, "--trace", file]);
    const trace = readFileSync(file, "utf8");
    const again = await json(["--seed", "3", ...SMALL, "--trace", file]);
    expect(trace).toStartWith("seed 3\n");
    expect(trace.split("\n").length).toBeGreaterThan(100);
    expect(readFileSync(file, "utf8")).toBe(trace);
    expect(again["trace_hash"]).toBe(first["trace_hash"]);
  });

  test("ends in order on Ctrl-C, and says what had ended by then", async () => {
    const { deps, texts, stop } = makeDeps({});
    const words = ["sim", "--seeds", "1..1000", "--minutes", "1000", "--faults", "none"];
    const stopping = {
      ...deps,
      onStop: (listener: Parameters<typeof deps.onStop>[0]) => {
        setTimeout(() => stop("SIGINT"), 0);
        return deps.onStop(listener);
      },
    };
    expect(await runCli(SOMA, words, stopping)).toBe(130);
    expect(texts.stderr.join("")).toContain("interrupted; seeds that had ended are reported");
  });

  test("refuses a fault that there is not, and says which there are", async () => {
    const { code, stderr } = await runIn({}, ["sim", "--faults", "crash,fire"]);
    expect(code).toBe(2);
    expect(stderr).toContain('"fire" is none of all, none, crash, lost');
  });
});

describe("a seed that fails", () => {
  const scenario = { seed: 5, validators: 1, minutes: 0.1, faults: "none" } as const;
  const failed = { ...runScenario(scenario), minutes: 0.07, invariant: "node 0: forgets" };
  const options: SimOptions = {
    seed: 5,
    seeds: undefined,
    validators: 4,
    minutes: 2,
    faults: ["crash", "loss"],
    trace: undefined,
  };

  test("is a failure of the command and comes with the line that repeats it", () => {
    const { deps, texts } = makeDeps({});
    const output = new Output(deps, false);
    reportSeeds({ output }, options, [failed], 0);
    expect(output.exitCode()).toBe(1);
    const repeat = "soma sim --seed 5 --validators 4 --minutes 2 --faults crash,loss";
    expect(texts.stdout.join("")).toContain(`\nrepeat: ${repeat}\n`);
  });

  test("is in the document with its minute and invariant", () => {
    const { deps, texts } = makeDeps({});
    reportSeeds({ output: new Output(deps, true) }, options, [failed], 0);
    const document = JSON.parse(texts.stdout.join("")) as Record<string, unknown>;
    expect(document["passed"]).toBe(0);
    expect(document["failed"]).toEqual([{ seed: 5, minute: 0.07, invariant: "node 0: forgets" }]);
  });
});
