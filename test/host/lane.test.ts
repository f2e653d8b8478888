/**
 * The messages of one connection: in order, one at a time, and a bound on how many wait.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Lane } from "../../src/host/lane.ts";

function open(): { lane: Lane; calls: string[] } {
  const calls: string[] = [];
  const lane = new Lane("peer", {
    pause: (peer) => calls.push(`pause ${peer}`),
    resume: (peer) => calls.push(`resume ${peer}`),
  });
  return { lane, calls };
}

test("messages come out in order, none while one is held", () => {
  const { lane } = open();
  for (const byte of [1, 2, 3]) lane.push(Uint8Array.of(byte));
  expect(lane.take()).toEqual(Uint8Array.of(1));
  lane.isHeld = true;
  expect(lane.take()).toBeUndefined();
  lane.isHeld = false;
  expect([lane.take(), lane.take(), lane.take()]).toEqual([
    Uint8Array.of(2),
    Uint8Array.of(3),
    undefined,
  ]);
});

test("what needs no order is taken past what is verified, up to a bound", () => {
  const { lane } = open();
  for (const byte of [1, 2, 3]) lane.push(Uint8Array.of(byte));
  lane.aside = 1;
  expect(lane.take()).toEqual(Uint8Array.of(1));
  lane.aside = 10_000;
  expect(lane.take()).toBeUndefined();
  lane.aside = 0;
  expect(lane.take()).toEqual(Uint8Array.of(2));
});

test("a peer with too many messages waiting is paused until half of them are gone", () => {
  const { lane, calls } = open();
  let pushed = 0;
  while (calls.length === 0 && pushed < 10_000) {
    lane.push(new Uint8Array(1));
    pushed++;
  }
  expect(calls).toEqual(["pause peer"]);
  lane.push(new Uint8Array(1));
  expect(calls).toEqual(["pause peer"]);
  let taken = 0;
  while (calls.length === 1 && lane.take() !== undefined) taken++;
  expect(calls).toEqual(["pause peer", "resume peer"]);
  expect(taken).toBeGreaterThan(pushed / 2 - 1);
  expect(taken).toBeLessThan(pushed);
});

test("a peer with too many bytes waiting is paused", () => {
  const { lane, calls } = open();
  for (let part = 0; part < 4; part++) lane.push(new Uint8Array(1_048_576));
  expect(calls).toEqual(["pause peer"]);
});

test("a closed connection leaves nothing behind", () => {
  const { lane } = open();
  lane.push(Uint8Array.of(1));
  lane.close();
  expect(lane.isOpen).toBe(false);
  lane.push(Uint8Array.of(2));
  expect(lane.take()).toBeUndefined();
});
