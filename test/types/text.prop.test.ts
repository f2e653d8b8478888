/**
 * What is shown to people reads back as the same value, and no text makes a parser throw.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import {
  formatAddress,
  formatDigest,
  formatObjectId,
  formatSoma,
  parseAddress,
  parseAddressPadded,
  parseDigest,
  parseObjectId,
  parseSoma,
} from "../../src/types/text.ts";
import { address, digest, objectId, u64 } from "./arbitraries.ts";

describe("forms for people", () => {
  test("read back", () => {
    fc.assert(
      fc.property(address, objectId, digest, u64, (account, id, hash, shannons) => {
        expect(parseAddress(formatAddress(account))).toEqual({ ok: true, value: account });
        expect(parseObjectId(formatObjectId(id))).toEqual({ ok: true, value: id });
        expect(parseDigest(formatDigest(hash))).toEqual({ ok: true, value: hash });
        expect(parseSoma(formatSoma(shannons))).toEqual({ ok: true, value: shannons });
      }),
    );
  });

  test("are refused or read, whatever the text", () => {
    const digits = fc.stringMatching(/^(0x)?[0-9a-fA-F.]{0,70}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), digits), (text) => {
        for (const parse of [parseAddress, parseAddressPadded, parseDigest, parseSoma]) {
          const result = parse(text);
          if (!result.ok) expect(result.error).not.toBe("");
        }
      }),
      { numRuns: 500 },
    );
  });
});
