/**
 * Turns to offer a transaction.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { ADMISSION_LIMITS } from "../../src/protocol/limits.ts";
import { Turns } from "../../src/rpc/turns.ts";
import { ALICE, BOB } from "./surface.ts";

const { perIpPerSecondMax, perSenderPerSecondMax } = ADMISSION_LIMITS;

function turnsAt(time: { nowMs: number }): Turns {
  return new Turns({ nowMs: () => time.nowMs, monotonicMs: () => time.nowMs });
}

function taken(count: number, take: () => boolean): number {
  return Array.from({ length: count }, take).filter((isTaken) => isTaken).length;
}

test("an address and a sender have so many in a second, each for itself", () => {
  const time = { nowMs: 0 };
  const turns = turnsAt(time);
  expect(taken(perIpPerSecondMax + 10, () => turns.ofIp("192.0.2.1"))).toBe(perIpPerSecondMax);
  expect(turns.ofIp("192.0.2.2")).toBe(true);
  const asAlice = (): boolean => turns.ofSender(ALICE.address);
  expect(taken(perSenderPerSecondMax + 10, asAlice)).toBe(perSenderPerSecondMax);
  expect(turns.ofSender(BOB.address)).toBe(true);
  time.nowMs = 1_000;
  expect([turns.ofIp("192.0.2.1"), asAlice()]).toEqual([true, true]);
});

test("who has no address has no limit", () => {
  const turns = turnsAt({ nowMs: 0 });
  expect(taken(perIpPerSecondMax + 1, () => turns.ofIp(undefined))).toBe(perIpPerSecondMax + 1);
});
