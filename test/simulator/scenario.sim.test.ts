/**
 * Seeds whose networks must come through: a failing one is in the name of its test.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import type { FaultName } from "../../src/simulator/faults/names.ts";
import { measureLatency } from "../../src/simulator/latency.ts";
import type { FaultChoice } from "../../src/simulator/plan.ts";
import { runScenario, type ScenarioResult } from "../../src/simulator/scenario.ts";

function run(seed: number, faults: FaultChoice, validators: number = 4): ScenarioResult {
  return runScenario({ seed, validators, minutes: 0.5, faults });
}

describe("without faults", () => {
  for (const validators of [1, 4, 7]) {
    test(`${validators} validators execute what is sent, and epochs change`, () => {
      const { invariant, workload, epochs } = runScenario({
        seed: validators,
        validators,
        minutes: 0.5,
        faults: "none",
        plan: { epochDurationMs: 10_000, accounts: 4, pauseMaxMs: 2_000 },
      });
      expect(invariant).toBeUndefined();
      expect(workload.executed).toBeGreaterThan(10);
      expect(epochs).toBeGreaterThan(1);
    });
  }
});

describe("determinism", () => {
  test("the same seed gives the same trace, another one does not", () => {
    const [first, again, other] = [run(11, "all"), run(11, "all"), run(12, "all")];
    expect(again).toEqual(first);
    expect(other.traceHash).not.toBe(first.traceHash);
  });
});

describe("commit latency", () => {
  for (const validators of [4, 10]) {
    test(`${validators} validators commit leaders after little more than three delays`, () => {
      const { leaders } = measureLatency({ validators, crashed: 0, delayMs: 250, seconds: 10 });
      leaders.sort((left, right) => left - right);
      expect(leaders.length).toBeGreaterThan(100);
      expect(leaders[0]).toBeGreaterThan(2.5);
      expect(leaders[Math.floor(leaders.length / 2)]).toBeLessThan(3.5);
    });
  }
});

describe("the round-jump adversary", () => {
  test("it does not stop commits while it rules", () => {
    const calm = run(3, "none");
    const ruled = run(3, ["round-jump"]);
    expect(ruled.invariant).toBeUndefined();
    expect(ruled.commits).toBeGreaterThan(calm.commits / 10);
  });
});

describe("committees that change", () => {
  function traceOf(seed: number, fault: FaultName): readonly string[] {
    const lines: string[] = [];
    const plan = { epochDurationMs: 8_000 };
    const onTrace = (line: string): void => void lines.push(line.slice(line.indexOf(" ") + 1));
    const options = { seed, validators: 4, minutes: 1, plan, onTrace };
    expect(runScenario({ ...options, faults: [fault, "crash"] }).invariant).toBeUndefined();
    return lines;
  }

  test("a validator leaves, follows, comes back and validates again", () => {
    const epochs = traceOf(1, "retire").filter((line) => line.startsWith("4 epoch"));
    const sizes = epochs.map((line) => Number(line.split(" ").at(-1)));
    const smallest = sizes.indexOf(Math.min(...sizes));
    expect(sizes[0]).toBe(4);
    expect(sizes[smallest]).toBeLessThan(4);
    expect(Math.max(...sizes.slice(smallest))).toBeGreaterThan(sizes[smallest]!);
  });

  test("a validator changes its keys and signs with the new ones, after a new start", () => {
    expect(traceOf(3, "rekey").some((line) => line.endsWith(" new keys 0"))).toBe(true);
  });

  test("a validator takes new keys as an epoch begins, its network key as well", () => {
    const lines = traceOf(6, "rekey");
    const given = lines.findIndex((line) => line.includes("new keys to come"));
    const taken = lines.findIndex((line) => line.includes("another network key"));
    expect(given).toBeGreaterThan(0);
    expect(taken).toBeGreaterThan(given);
    // At a start the seat is there already, so this was none.
    const [node] = lines[taken]!.split(" ", 1);
    expect(lines[taken - 1]).toStartWith(`${node} epoch `);
  });
});

describe("a transaction", () => {
  const plan = { accounts: 16, pauseMaxMs: 500 };

  function timeouts(seed: number, faults: FaultChoice): number {
    const options = { seed, validators: 4, minutes: 1, faults, plan };
    const { invariant, workload } = runScenario(options);
    expect(invariant).toBeUndefined();
    expect(workload.executed).toBeGreaterThan(100);
    return workload.refused["Timeout"] ?? 0;
  }

  test("kept back by one validator, epoch after epoch, comes in by another", () => {
    expect(timeouts(3, ["withhold", "lie"])).toBe(0);
  });

  test("whose coin another one has merged away is refused at once", () => {
    expect(timeouts(1, ["conflict"])).toBe(0);
  });

  test("is not lost while validators crash, stand still and are late", () => {
    expect(timeouts(2, ["crash", "freeze", "tail"])).toBe(0);
  });
});
