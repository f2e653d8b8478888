/**
 * Forms that would give one value two encodings, and so one transaction two digests. We refuse them
 * all; the oracle takes some, so a codec that behaves like it must not be the one that decides.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { bcs } from "@mysten/bcs";

import {
  bool,
  bytes,
  type Codec,
  map,
  option,
  set,
  text,
  u8,
  vector,
} from "../../src/bcs/schema.ts";
import { refusal } from "./strict.ts";

const ours = map(u8, u8);
const theirTexts = bcs.map(bcs.string(), bcs.u8());
const theirs = bcs.map(bcs.u8(), bcs.u8());

describe("refused although the oracle accepts", () => {
  takenByOracle("bytes after a number", "0700", u8, bcs.u8());
  takenByOracle("bytes after a vector", "010799", vector(u8), bcs.vector(bcs.u8()));
  takenByOracle("keys out of order", "0202000100", ours, theirs);
  takenByOracle("keys out of order, later", "03010003000200", ours, theirs);
  takenByOracle("a key twice with one value", "0201000100", ours, theirs);
  takenByOracle("a key twice with two values", "0201000101", ours, theirs);
  takenByOracle(
    "text keys by letters, not by length",
    "0202616100016200",
    map(text, u8),
    theirTexts,
  );
  takenByOracle("members out of order", "020201", set(u8), bcs.vector(bcs.u8()));
  takenByOracle("a member twice", "020101", set(u8), bcs.vector(bcs.u8()));
});

describe("refused by both", () => {
  refusedByOracle("a boolean of 2", "02", bool, bcs.bool());
  refusedByOracle("an option tag of 2", "0207", option(u8), bcs.option(bcs.u8()));
  refusedByOracle("a padded length", "810007", bytes, bcs.byteVector());
  refusedByOracle("a padded count", "81800007", vector(u8), bcs.vector(bcs.u8()));
  refusedByOracle("text that is not UTF-8", "01ff", text, bcs.string());
  refusedByOracle("text with a surrogate", "03eda080", text, bcs.string());
  refusedByOracle("a length beyond the end", "0501", bytes, bcs.byteVector());
});

type Oracle = { readonly parse: (bytes: Uint8Array) => unknown };

function takenByOracle<T>(what: string, hex: string, codec: Codec<T>, oracle: Oracle): void {
  test(`${what} (${hex})`, () => {
    expect(() => oracle.parse(Uint8Array.fromHex(hex))).not.toThrow();
    expect(refusal(codec, hex)).toBeString();
  });
}

function refusedByOracle<T>(what: string, hex: string, codec: Codec<T>, oracle: Oracle): void {
  test(`${what} (${hex})`, () => {
    expect(() => oracle.parse(Uint8Array.fromHex(hex))).toThrow();
    expect(refusal(codec, hex)).toBeString();
  });
}
