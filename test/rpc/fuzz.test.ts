/**
 * Damaged requests by the thousand; the slow test has more.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { GRPC_CODE } from "../../src/wire/grpc/status.ts";
import { Fuzz } from "./fuzz.ts";

const CALLS = 3_000;
const REQUESTS = 1_500;

test("damaged gRPC calls are answered, and never by our own trouble", async () => {
  const fuzz = new Fuzz(1);
  const codes = new Map<number, number>();
  for (let count = 0; count < CALLS; count++) {
    const code = await fuzz.callOne();
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  fuzz.surface.close();
  expect(fuzz.surface.reported).toEqual([]);
  expect(codes.has(GRPC_CODE.internal)).toBe(false);
  // Some got through, and most were told why not.
  expect(codes.get(GRPC_CODE.ok)).toBeGreaterThan(0);
  expect(codes.get(GRPC_CODE.invalidArgument)).toBeGreaterThan(CALLS / 10);
});

test("damaged HTTP requests are answered, and never by our own trouble", async () => {
  const fuzz = new Fuzz(2);
  for (let count = 0; count < REQUESTS; count++) {
    const status = await fuzz.askOne();
    expect(status).not.toBe(500);
  }
  fuzz.surface.close();
  expect(fuzz.surface.reported).toEqual([]);
});
