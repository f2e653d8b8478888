/**
 * JSON from outside: what is none, and what says one thing twice.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { parseJson } from "../../../src/wire/json/parse.ts";

describe("a text that has a name twice names it", () => {
  test.each([
    [`{"a":1,"a":1}`, "a"],
    [`{"a":1,"b":{"c":[],"d":"}","c":2}}`, "b.c"],
    [`[{"x":1},{"x":1,"y":[{"z":0,"z":1}]}]`, "y.z"],
    [`{"a":1,"\\u0061":2}`, "a"],
    [`{"a" : "\\"", "b":{}, "a"\n:2}`, "a"],
    [`{"__proto__":1,"__proto__":2}`, "__proto__"],
  ])("%s", (text, field) => {
    expect(parseJson(text)).toEqual({ ok: false, error: { field, reason: "is there twice" } });
  });
});

test("the same name in different objects is no fault, and texts are no names", () => {
  for (const text of [
    `{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}`,
    `["a:","a:",":",{"k":"k\\":"}]`,
    `{"a":"a","b":"a"}`,
  ]) {
    expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
  }
});

test.each(["", "{", "nope", "[1,]", "[".repeat(1_000_000)])("%.20s is no JSON", (text) => {
  expect(parseJson(text)).toEqual({ ok: false, error: { field: "", reason: "is not JSON" } });
});

test("what JSON writes is read as it is", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});
