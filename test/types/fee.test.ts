/**
 * Fees: the order of their parts, and sums.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { encode } from "../../src/bcs/schema.ts";
import { addFees, NO_FEE, transactionFee } from "../../src/types/fee.ts";

const fee = { base_fee: 1n, operation_fee: 2n, value_fee: 3n, total_fee: 6n };

test("a fee is base, operation, value, total", () => {
  const parts = [1, 2, 3, 6].map((part) => `0${part}${"00".repeat(7)}`);
  expect(encode(transactionFee, fee).toHex()).toBe(parts.join(""));
});

test("fees add up part by part", () => {
  expect(addFees(fee, NO_FEE)).toEqual(fee);
  expect(addFees(fee, fee)).toEqual({
    base_fee: 2n,
    operation_fee: 4n,
    value_fee: 6n,
    total_fee: 12n,
  });
});
