/**
 * Any tensors survive their file; no bytes make the parser throw.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { parseHeader, readTensor, writeSafetensors } from "../../src/model/safetensors.ts";

const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });

test("round trip of any names, shapes and values", () => {
  const tensors = fc.dictionary(fc.string(), fc.tuple(shapes, fc.float({ noNaN: true })));
  fc.assert(
    fc.property(tensors, (drawn) => {
      const written = new Map(
        Object.entries(drawn)
          .filter(([name]) => name !== "__metadata__")
          .map(([name, [shape, value]]) => {
            const count = shape.reduce((product, side) => product * side, 1);
            return [name, { shape, values: new Float32Array(count).fill(value) }];
          }),
      );
      const file = writeSafetensors(written);
      const parsed = parseHeader(file, file.length);
      const read = new Map(
        (parsed.ok ? parsed.value : []).map((entry) => [
          entry.name,
          { shape: entry.shape, values: readTensor(file, entry) },
        ]),
      );
      expect(read as unknown).toEqual(written);
    }),
    { examples: [[JSON.parse('{ "__proto__": [[], 0] }')]] },
  );
});

test("no bytes make it throw", () => {
  const text = fc.string().map((json) => new TextEncoder().encode(json));
  const head = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(fc.oneof(head, text), fc.nat({ max: 60 }), (bytes, length) => {
      const file = new Uint8Array([length, 0, 0, 0, 0, 0, 0, 0, ...bytes]);
      expect(typeof parseHeader(file, file.length).ok).toBe("boolean");
    }),
  );
});
