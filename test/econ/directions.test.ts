/**
 * Random directions by their formula, against random directions.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { normalArray } from "../../src/crypto/normal.ts";
import { Directions, towards } from "../../src/econ/directions.ts";
import { cosineDistance } from "../../src/ledger/float.ts";

describe.each([3, 16, 512])("directions in %i dimensions", (dimension) => {
  const directions = new Directions(dimension);

  test("are as near as random vectors are", () => {
    const count = 4_000;
    const all = normalArray(BigInt(dimension), dimension * (count + 1));
    const target = all.subarray(0, dimension);
    const distances = Array.from({ length: count }, (_, place) => {
      const start = (place + 1) * dimension;
      return cosineDistance(all.subarray(start, start + dimension), target)!;
    });
    for (const z of [-1, 0, 1, 2]) {
      const threshold = 1 - z / Math.sqrt(dimension);
      const expected = directions.fitting(threshold);
      const found = distances.filter((distance) => distance <= threshold).length / count;
      const deviation = Math.sqrt((expected * (1 - expected)) / count);
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(4.5 * deviation);
    }
  });

  test("half of them are within 1, all within 2, none within 0", () => {
    expect(directions.fitting(1)).toBeCloseTo(0.5, 9);
    expect(directions.fitting(2)).toBe(1);
    expect(directions.fitting(0)).toBe(0);
  });

  test("those that are near enough are drawn with their own chances", () => {
    const threshold = 1 - 1.5 / Math.sqrt(dimension);
    const within = directions.fitting(threshold);
    for (const unit of [1e-6, 0.01, 0.3, 0.7, 0.999, 1]) {
      const cosine = directions.draw(threshold, unit);
      expect(1 - cosine).toBeLessThanOrEqual(threshold);
      expect(directions.fitting(1 - cosine) / within / unit).toBeCloseTo(1, 3);
    }
  });

  test("an embedding has the drawn distance and no other bias", () => {
    const prng = new Prng(dimension);
    const target = normalArray(7n, dimension);
    const side = normalArray(8n, dimension);
    let aside = 0;
    for (let count = 0; count < 400; count++) {
      const cosine = prng.unit();
      const embedding = towards(target, cosine, BigInt(count + 100));
      expect(cosineDistance(embedding, target)).toBeCloseTo(1 - cosine, 6);
      const along = 1 - cosineDistance(embedding, side)!;
      aside += along - cosine * (1 - cosineDistance(target, side)!);
    }
    expect(Math.abs(aside / 400)).toBeLessThan(4.5 / Math.sqrt(400 * dimension));
  });
});
