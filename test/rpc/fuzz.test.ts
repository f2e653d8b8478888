/**
 * Damaged requests by the thousand; the slow test has more.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { GRPC_CODE } from "../../src/wire/grpc/status.ts";
import { Fuzz } from "./fuzz.ts";

const REQUESTS = 6_000;

test("damaged requests are answered, and never by our own trouble", async () => {
  const fuzz = await Fuzz.open(1);
  expect(fuzz.unseeded).toEqual([]);
  const ends = new Map<string, number>();
  for (let count = 0; count < REQUESTS; count++) {
    const { door, code } = await fuzz.next();
    ends.set(`${door} ${code}`, (ends.get(`${door} ${code}`) ?? 0) + 1);
  }
  fuzz.surface.close();
  expect(fuzz.surface.reported).toEqual([]);
  for (const end of ["http 500", "web 500", "web 1013", `grpc ${GRPC_CODE.internal}`]) {
    expect(ends.has(end)).toBe(false);
  }
  // Through every door some got through, and many were told why not.
  for (const good of ["http 200", "web 200", "web 1000", `grpc ${GRPC_CODE.ok}`, "decode 1"]) {
    expect(ends.get(good)).toBeGreaterThan(0);
  }
  for (const bad of [
    "http 400",
    "web 400",
    "web 1003",
    `grpc ${GRPC_CODE.invalidArgument}`,
    "decode 0",
  ]) {
    expect(ends.get(bad)).toBeGreaterThan(REQUESTS / 100);
  }
});
