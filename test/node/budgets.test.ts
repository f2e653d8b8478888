/**
 * What one peer may make a node send by asking.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Budgets } from "../../src/node/budgets.ts";
import { NODE_LIMITS } from "../../src/protocol/limits.ts";

const { answerBytesMax, answerBytesPerSecond } = NODE_LIMITS;

describe("a budget", () => {
  test("ends, for one peer alone, and refills with time", () => {
    const budgets = new Budgets();
    expect(budgets.ask("a", 0)).toBe(true);
    budgets.spend("a", answerBytesMax, 0);
    expect(budgets.ask("a", 0)).toBe(false);
    expect(budgets.ask("b", 0)).toBe(true);
    expect(budgets.ask("a", 1)).toBe(true);
  });

  test("that is overdrawn takes the longer", () => {
    const budgets = new Budgets();
    budgets.spend("a", answerBytesMax + answerBytesPerSecond, 0);
    expect(budgets.ask("a", 999)).toBe(false);
    expect(budgets.ask("a", 1_001)).toBe(true);
  });

  test("never grows beyond its most, and a clock that goes back earns nothing", () => {
    const budgets = new Budgets();
    budgets.spend("a", 1, 1_000);
    budgets.spend("a", answerBytesMax, 3_600_000);
    expect(budgets.ask("a", 0)).toBe(false);
  });

  test("questions alone use it up as well", () => {
    const budgets = new Budgets();
    let asked = 0;
    while (budgets.ask("a", 0)) asked++;
    expect(asked).toBeGreaterThan(10_000);
    expect(asked).toBeLessThan(20_000);
  });

  test("those who asked longest ago are forgotten", () => {
    const budgets = new Budgets();
    budgets.spend("first", answerBytesMax, 0);
    for (let peer = 0; peer < 5_000; peer++) budgets.ask(`peer ${peer}`, 0);
    expect(budgets.size).toBe(4_096);
    expect(budgets.ask("first", 0)).toBe(true);
  });
});
