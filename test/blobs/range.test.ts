/**
 * Range headers that clients and servers send, well-formed and not.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { contentRange, parseContentRange, parseRange } from "../../src/blobs/range.ts";

const REQUESTS: readonly [string | null, unknown][] = [
  [null, undefined],
  ["", undefined],
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=0-99", { start: 0, end: 100 }],
  ["bytes=0-100", { start: 0, end: 100 }],
  ["bytes=99-", { start: 99, end: 100 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=100-200", "unsatisfiable"],
  ["bytes=-1", { start: 99, end: 100 }],
  ["bytes=-1000", { start: 0, end: 100 }],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-4", undefined],
  ["bytes=-", undefined],
  ["bytes=0-1,5-6", undefined],
  ["items=0-1", undefined],
  ["bytes=0x1-2", undefined],
  ["bytes=9999999999999999999-", undefined],
];

for (const [header, range] of REQUESTS) {
  test(`Range: ${header} of 100 bytes`, () => {
    expect(parseRange(header, 100)).toEqual(range as never);
  });
}

test("nothing of an empty file can be asked for", () => {
  expect(parseRange("bytes=0-", 0)).toBe("unsatisfiable");
  expect(parseRange("bytes=-5", 0)).toBe("unsatisfiable");
});

test("a content range reads back", () => {
  const size = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), (sizeBytes, from, to) => {
      const start = from % sizeBytes;
      const end = start + 1 + (to % (sizeBytes - start));
      const header = contentRange({ start, end }, sizeBytes);
      expect(parseContentRange(header)).toEqual({ start, end, sizeBytes });
    }),
  );
});

test("other content ranges are not understood", () => {
  expect(parseContentRange("bytes 0-9/*")).toEqual({ start: 0, end: 10, sizeBytes: undefined });
  for (const header of [null, "", "bytes */100", "bytes 0-9", "items 0-9/10", "bytes a-b/c"]) {
    expect(parseContentRange(header)).toBeUndefined();
  }
});
