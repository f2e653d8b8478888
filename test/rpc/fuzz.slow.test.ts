/**
 * Two hundred thousand damaged requests in constant memory.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Fuzz } from "./fuzz.ts";

const REQUESTS = 200_000;
const ROUND = 40_000;
const GROWTH_BYTES_MAX = 64 * 1024 * 1024;
const INTERNAL = new Set(["http 500", "web 500", "web 1013", "grpc 13"]);

test(
  "damaged requests, through every door",
  async () => {
    const fuzz = await Fuzz.open(Number(process.env["SEED"] ?? 3));
    let startBytes = 0;
    for (let count = 0; count < REQUESTS; count++) {
      const { door, code } = await fuzz.next();
      expect(INTERNAL.has(`${door} ${code}`)).toBe(false);
      if (count === ROUND) startBytes = measure();
    }
    fuzz.surface.close();
    expect(fuzz.surface.reported).toEqual([]);
    expect(measure() - startBytes).toBeLessThan(GROWTH_BYTES_MAX);
  },
  { timeout: 1_200_000 },
);

function measure(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}
