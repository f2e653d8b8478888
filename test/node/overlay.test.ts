/**
 * What is executed and not yet in storage: seen at once, forgotten when storage has it.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Overlay } from "../../src/node/overlay.ts";
import { toDigest } from "../../src/types/address.ts";
import { network, NodeUnderTest } from "./network.ts";

const { disk } = new NodeUnderTest(network(), 4);
const [first, second] = [...disk.liveObjects()];
const [one, two] = ["1", "2"].map((digit) => toDigest(digit.repeat(64)));

test("shows writes and deletions over storage", () => {
  const overlay = new Overlay(disk.reader);
  expect(overlay.find(first!.id)).toEqual(first);
  const written = { ...first!, version: first!.version + 1n };
  overlay.apply(1n, one!, [written], [second!.id]);
  expect(overlay.find(first!.id)).toBe(written);
  expect(overlay.find(second!.id)).toBeUndefined();
  expect(overlay.size).toBe(2);
});

test("knows what has executed here, and what storage has executed", () => {
  const overlay = new Overlay(disk.reader);
  expect(overlay.executed(one!)).toBe(false);
  overlay.apply(1n, one!, [], []);
  expect([overlay.executed(one!), overlay.executedLately(one!)]).toEqual([true, true]);
  const genesis = disk.last.executed[0]!.digest;
  expect([overlay.executed(genesis), overlay.executedLately(genesis)]).toEqual([true, false]);
});

test("settles a checkpoint without losing what a later one wrote", () => {
  const overlay = new Overlay(disk.reader);
  const later = { ...first!, version: 9n };
  overlay.apply(1n, one!, [{ ...first!, version: 8n }, second!], []);
  overlay.apply(2n, two!, [later], []);
  overlay.settle(1n, [first!.id, second!.id], [one!]);
  expect(overlay.find(first!.id)).toBe(later);
  expect(overlay.size).toBe(1);
  expect([overlay.executedLately(one!), overlay.executedLately(two!)]).toEqual([false, true]);
});
