/**
 * Intents: the bytes in front of what is signed.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { APP, authorityMessage, intentMessage, SCOPE } from "../../src/crypto/intent.ts";

const body = Uint8Array.of(0xaa, 0xbb);

describe("intent", () => {
  test("is scope, version and app, then the body", () => {
    expect(intentMessage(SCOPE.transactionData, body).toHex()).toBe("000001aabb");
    expect(intentMessage(SCOPE.consensusBlock, body, APP.consensus).toHex()).toBe("010000aabb");
    expect(intentMessage(SCOPE.checkpointSummary, body).toHex()).toBe("070001aabb");
  });

  test("of an authority has the epoch at the end, little-endian", () => {
    const message = authorityMessage(SCOPE.checkpointSummary, body, 0x0102n);
    expect(message.toHex()).toBe("070001aabb0201000000000000");
  });

  test("every scope has its own number, 0 to 8", () => {
    expect(Object.values(SCOPE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
