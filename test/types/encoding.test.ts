/**
 * Version tags, sized bytes and choices.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { decode, encode, struct, u8 } from "../../src/bcs/schema.ts";
import { choice, firstVersion, sizedBytes } from "../../src/types/encoding.ts";
import { expectStrict, refusal } from "../bcs/strict.ts";

describe("a first version", () => {
  const versioned = firstVersion(struct<{ readonly level: number }>("Level", { level: u8 }));

  test("is tag 0 and leaves no trace in the value", () => {
    expect(encode(versioned, { level: 7 }).toHex()).toBe("0007");
    expectStrict(versioned, { level: 7 });
  });

  test("refuses later versions and padded tags", () => {
    expect(refusal(versioned, "0107")).toBe("Level has no version with tag 1");
    expect(refusal(versioned, "800007")).toContain("shortest");
  });
});

describe("sized bytes", () => {
  const pair = sizedBytes(2);

  test("have one length", () => {
    expectStrict(pair, Uint8Array.of(1, 2));
    expect(refusal(pair, "0101")).toBe("2 bytes expected, 1 found");
    expect(refusal(pair, "03010203")).toContain("3");
    expect(() => encode(pair, new Uint8Array(1))).toThrow(AssertionError);
  });

  test("outlive what they came in without keeping it in memory", () => {
    const message = new Uint8Array(1_000_000);
    message.set([2, 1, 2], 500_000);
    const decoded = decode(pair, message.subarray(500_000, 500_003));
    expect(decoded.ok && decoded.value.buffer.byteLength).toBe(2);
  });
});

describe("a choice", () => {
  const answer = choice<"no" | "yes">("Answer", ["no", "yes"]);

  test("is the place of its name", () => {
    expect(encode(answer, "yes").toHex()).toBe("01");
    expectStrict(answer, "no");
    expect(refusal(answer, "02")).toBe("Answer has no variant with tag 2");
  });
});
