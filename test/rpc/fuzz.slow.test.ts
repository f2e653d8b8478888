/**
 * Two hundred thousand damaged requests in constant memory.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Fuzz } from "./fuzz.ts";

const REQUESTS = 200_000;
const ROUND = 20_000;
const GROWTH_BYTES_MAX = 128 * 1024 * 1024;

test(
  "damaged requests, half of them gRPC",
  async () => {
    const fuzz = new Fuzz(Number(process.env["SEED"] ?? 3));
    let startBytes = 0;
    for (let count = 0; count < REQUESTS; count++) {
      if (count % 2 === 0) await fuzz.callOne();
      else expect(await fuzz.askOne()).not.toBe(500);
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
