/**
 * What a seat takes: the least stake that is enough, and not one shannon less.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { seatStakes, stakeShare } from "../../../src/ledger/economy/seats.ts";
import { PARAMETERS_V1 } from "../../../src/protocol/parameters.ts";

const total = fc.bigInt(1n, 10_000_000_000_000_000n);

test("a newcomer with the join stake has the share that it takes, with less it has not", () => {
  const { validator_join_stake_bps: bps } = PARAMETERS_V1;
  fc.assert(
    fc.property(total, (all) => {
      const { join_stake: stake } = seatStakes(all, PARAMETERS_V1);
      expect(stakeShare(stake, all + stake)).toBeGreaterThanOrEqual(bps);
      expect(stakeShare(stake - 1n, all + stake - 1n)).toBeLessThan(bps);
    }),
  );
});

test("a validator with the low stake is not at risk, with less it is; so with the very low", () => {
  fc.assert(
    fc.property(total, (all) => {
      const { low_stake: low, very_low_stake: least } = seatStakes(all, PARAMETERS_V1);
      for (const [stake, bps] of [
        [low, PARAMETERS_V1.validator_low_stake_bps],
        [least, PARAMETERS_V1.validator_very_low_stake_bps],
      ] as const) {
        expect(stakeShare(stake, all)).toBeGreaterThanOrEqual(bps);
        expect(stakeShare(stake - 1n, all)).toBeLessThan(bps);
      }
    }),
  );
});

test("0.12 % of all, the newcomer's own included, in round numbers", () => {
  expect(seatStakes(9_988n, PARAMETERS_V1)).toEqual({
    join_stake: 12n,
    low_stake: 8n,
    very_low_stake: 4n,
  });
  expect(stakeShare(0n, 0n)).toBe(10_000n);
});
