/**
 * Many long random sequences of all kinds; each kind that users may send succeeds in some of them.
 *
 * @module
 */
import { expect, test } from "bun:test";

import type { KindName } from "../../src/types/transaction-kind.ts";
import { KINDS } from "./actions.ts";
import { tryAll } from "./play.ts";

const MINUTES = 60_000;

test(
  "W25 any sequence conserves money, throws nothing, and replays to the same effects",
  () => {
    const succeeded = tryAll({ runs: 1_000, actionsMax: 500 });
    expect(KINDS.filter((kind: KindName) => !succeeded.has(kind))).toEqual([]);
  },
  30 * MINUTES,
);
