/**
 * The bounded memory against a plain list that does the same slowly.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { Lru } from "../../src/base/lru.ts";

const WEIGHT_MAX = 20;
const command = fc.record({
  name: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  action: fc.constantFrom("find", "set", "delete"),
  value: fc.integer({ min: 1, max: 12 }),
});

test("what was used longest ago goes first, and the weight is never above its limit", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const memory = new Lru<number>({ weightMax: WEIGHT_MAX, weigh: (value) => value });
      let model: [string, number][] = [];
      for (const { name, action, value } of commands) {
        const known = model.find(([of]) => of === name);
        if (action === "find") expect(memory.find(name)).toBe(known?.[1]);
        if (action === "set") memory.set(name, value);
        if (action === "delete") memory.delete(name);
        const rest = model.filter(([of]) => of !== name);
        if (action === "delete") model = rest;
        if (action === "find" && known !== undefined) model = [...rest, known];
        if (action === "set") model = [...rest, [name, value]];
        while (model.reduce((sum, [, weight]) => sum + weight, 0) > WEIGHT_MAX) model.shift();
        expect(memory.size).toBe(model.length);
      }
    }),
  );
});

test("a value that is too heavy alone is not kept", () => {
  const memory = new Lru<number>({ weightMax: WEIGHT_MAX, weigh: (value) => value });
  memory.set("heavy", WEIGHT_MAX + 1);
  expect(memory.find("heavy")).toBeUndefined();
  expect(memory.size).toBe(0);
});
