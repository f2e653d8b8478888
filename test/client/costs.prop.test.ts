/**
 * What is known about costs before a transaction is sent, against what the ledger charges and pays.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { NO_METADATA_CHANGES } from "../../src/client/actions.ts";
import { bondOf, claimerShare, feesAtMost, submitterShare } from "../../src/client/costs.ts";
import type { ParametersView } from "../../src/wire/json/parameters.ts";

const bps = fc.bigInt({ min: 0n, max: 10_000n });
const amount = fc.bigInt({ min: 0n, max: 10n ** 18n });

/** Parameters with these fields; the others are not looked at. */
function parametersOf(fields: Partial<ParametersView>): ParametersView {
  return fields as ParametersView;
}

test("the parts of a reward are the whole of it", () => {
  fc.assert(
    fc.property(amount, bps, (reward, share) => {
      const model = share / 2n;
      const parameters = parametersOf({
        target_model_reward_share_bps: model,
        target_claimer_incentive_bps: share - model,
      });
      const forModel = (reward * model) / 10_000n;
      const shares = submitterShare(parameters, reward) + claimerShare(parameters, reward);
      expect(shares + forModel).toBe(reward);
    }),
  );
});

test("a bond is what the size and what the reward ask for, whichever is more", () => {
  const parameters = parametersOf({
    submission_bond_per_byte: 65n,
    submission_bond_reward_bps: 500n,
  });
  expect(bondOf(parameters, 1_000_000n, 1n)).toBe(50_000n);
  expect(bondOf(parameters, 1_000_000n, 10_000n)).toBe(650_000n);
  expect(bondOf(parameters, 19n, 0n)).toBe(0n);
});

test("a proof of possession costs its base fees, whatever else stays", () => {
  const parameters = parametersOf({
    base_fee: 1_000n,
    proof_base_fees: 1_000n,
    write_object_fee: 300n,
    value_fee_ppm: 1_000n,
  });
  const update = { kind: "UpdateValidatorMetadata", ...NO_METADATA_CHANGES } as const;
  const next_epoch_protocol_pubkey = new Uint8Array(96);
  expect(feesAtMost(parameters, 0n, update)).toBe(3_400n);
  expect(feesAtMost(parameters, 0n, { ...update, next_epoch_protocol_pubkey })).toBe(1_002_400n);
});

test("fees grow with what is moved and round up", () => {
  const parameters = parametersOf({
    base_fee: 1_000n,
    write_object_fee: 300n,
    value_fee_ppm: 1_000n,
  });
  expect(feesAtMost(parameters, 0n)).toBe(3_400n);
  expect(feesAtMost(parameters, 1n)).toBe(3_401n);
  expect(feesAtMost(parameters, 1_000_000n)).toBe(4_400n);
});
