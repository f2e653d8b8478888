/**
 * Offences are counted by peer and forgiven with time.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Conduct, FORGIVE_MS, OFFENCES_MAX } from "../../src/node/conduct.ts";

function offend(conduct: Conduct, peer: string, times: number, nowMs: number): boolean[] {
  return Array.from({ length: times }, () => conduct.offend(peer, nowMs));
}

test("one offence too many in a short time is told, and then the count begins again", () => {
  const conduct = new Conduct();
  const verdicts = offend(conduct, "peer", OFFENCES_MAX, 1_000);
  expect(verdicts.indexOf(true)).toBe(OFFENCES_MAX - 1);
  expect(offend(conduct, "peer", OFFENCES_MAX - 1, 1_000)).not.toContain(true);
});

test("peers are counted apart", () => {
  const conduct = new Conduct();
  offend(conduct, "one", OFFENCES_MAX - 1, 0);
  expect(conduct.offend("other", 0)).toBe(false);
  expect(conduct.offend("one", 0)).toBe(true);
});

test("offences are forgiven one by one", () => {
  const conduct = new Conduct();
  for (let count = 0; count < 10 * OFFENCES_MAX; count++) {
    expect(conduct.offend("peer", count * FORGIVE_MS)).toBe(false);
  }
  offend(conduct, "other", OFFENCES_MAX - 1, 0);
  expect(conduct.offend("other", FORGIVE_MS - 1)).toBe(true);
});
