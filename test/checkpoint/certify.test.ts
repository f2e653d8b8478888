/**
 * Certificates: what must be verified is exactly what real BLS keys sign, and what cannot be a
 * certificate is refused before any pairing.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { certificateCheck, checkpointMessage } from "../../src/checkpoint/certify.ts";
import { blsAggregate, blsPublicKey, blsSign, blsVerifyAggregate } from "../../src/crypto/bls.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import type { CheckpointSummary } from "../../src/types/checkpoint.ts";
import { authorityIndex } from "../../src/types/committee.ts";
import { NO_FEE } from "../../src/types/fee.ts";
import { committeeOf, secretOf } from "./committee.ts";

const summary: CheckpointSummary = {
  epoch: 3n,
  sequence_number: 7n,
  network_total_transactions: 9n,
  content_digest: ZERO_DIGEST,
  previous_digest: ZERO_DIGEST,
  epoch_rolling_transaction_fees: NO_FEE,
  timestamp_ms: 1n,
  checkpoint_commitments: [],
  end_of_epoch_data: undefined,
  version_specific_data: new Uint8Array(0),
};
const signature = new Uint8Array(48);

test("the sum of three real signatures verifies, with another summary it does not", () => {
  const committee = committeeOf(4, 3n, true);
  const signed = [0, 1, 2].map((n) => {
    const signer = authorityIndex(committee, blsPublicKey(secretOf(n)))!;
    return { signer, part: blsSign(secretOf(n), checkpointMessage(summary)) };
  });
  signed.sort((left, right) => left.signer - right.signer);
  const sum = blsAggregate(signed.map(({ part }) => part))!;
  const certificate = { epoch: 3n, signature: sum, signers: signed.map(({ signer }) => signer) };
  const check = certificateCheck(summary, certificate, committee);
  if (typeof check === "string") throw new Error(check);
  expect(blsVerifyAggregate(check.publicKeys, check.message, check.signature)).toBe(true);
  const message = checkpointMessage({ ...summary, timestamp_ms: 2n });
  expect(blsVerifyAggregate(check.publicKeys, message, check.signature)).toBe(false);
});

describe("refused", () => {
  const committee = committeeOf(4, 3n);
  const check = (certificate: { epoch: bigint; signers: readonly number[] }) =>
    certificateCheck(summary, { ...certificate, signature }, committee);

  test("another epoch", () => {
    expect(check({ epoch: 4n, signers: [0, 1, 2] })).toContain("epoch 4");
    expect(
      certificateCheck(summary, { epoch: 3n, signature, signers: [0, 1, 2] }, committeeOf(4)),
    ).toContain("epoch");
  });

  test("a signer outside the committee, and fewer than a quorum", () => {
    expect(check({ epoch: 3n, signers: [0, 1, 4] })).toContain("not in the committee");
    expect(check({ epoch: 3n, signers: [0, 1] })).toContain("quorum");
  });
});
