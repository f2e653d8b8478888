/**
 * Checkpoints: layout, digests, and what their decoders refuse.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { utf8 } from "../../src/base/bytes.ts";
import { encode } from "../../src/bcs/schema.ts";
import { blake2b256Hex } from "../../src/crypto/digest.ts";
import { toAddress, toDigest } from "../../src/types/address.ts";
import {
  checkpointCertificate,
  checkpointContents,
  checkpointDigest,
  type CheckpointSummary,
  checkpointSummary,
  contentsDigest,
} from "../../src/types/checkpoint.ts";
import { buildCommittee, committee } from "../../src/types/committee.ts";
import { refusal } from "../bcs/strict.ts";

const [A, B] = [toDigest("aa".repeat(32)), toDigest("bb".repeat(32))];

const SUMMARY: CheckpointSummary = {
  epoch: 1n,
  sequence_number: 2n,
  network_total_transactions: 3n,
  content_digest: A,
  previous_digest: B,
  epoch_rolling_transaction_fees: {
    base_fee: 4n,
    operation_fee: 5n,
    value_fee: 6n,
    total_fee: 15n,
  },
  timestamp_ms: 7n,
  checkpoint_commitments: [
    { kind: "LiveObjectSet", digest: A },
    { kind: "CheckpointArtifacts", digest: B },
  ],
  end_of_epoch_data: undefined,
  version_specific_data: new Uint8Array(0),
};

/** u64 below 256 in hex, little-endian. */
function u64(value: number): string {
  return value.toString(16).padStart(2, "0") + "00".repeat(7);
}

describe("a checkpoint summary", () => {
  test("has its published layout", () => {
    expect(encode(checkpointSummary, SUMMARY).toHex()).toBe(
      [
        u64(1),
        u64(2),
        u64(3),
        `20${A}`,
        `0120${B}`,
        u64(4),
        u64(5),
        u64(6),
        u64(15),
        u64(7),
        `020020${A}0120${B}`,
        "00",
        "00",
      ].join(""),
    );
  });

  test("ends an epoch with the next committee, version and commitments", () => {
    const member = {
      address: toAddress(A),
      protocol_key: new Uint8Array(96),
      network_key: new Uint8Array(32),
      worker_key: new Uint8Array(32),
      voting_power: 10_000,
      consensus_address: "",
      hostname: "",
    };
    const next = buildCommittee(2n, [member]);
    const last = {
      ...SUMMARY,
      end_of_epoch_data: {
        next_epoch_validator_committee: next,
        next_epoch_protocol_version: 3n,
        epoch_commitments: [{ kind: "LiveObjectSet" as const, digest: B }],
      },
    };
    const plain = encode(checkpointSummary, SUMMARY).toHex();
    const data = `01${encode(committee, next).toHex()}${u64(3)}010020${B}`;
    expect(encode(checkpointSummary, last).toHex()).toBe(`${plain.slice(0, -4)}${data}00`);
  });

  test("has a typed digest", () => {
    const bytes = encode(checkpointSummary, SUMMARY);
    expect<string>(checkpointDigest(SUMMARY)).toBe(
      blake2b256Hex(utf8("CheckpointSummary::"), bytes),
    );
    expect(checkpointDigest({ ...SUMMARY, previous_digest: undefined })).not.toBe(
      checkpointDigest(SUMMARY),
    );
  });
});

describe("checkpoint contents", () => {
  const contents = {
    transactions: [{ transaction: A, effects: B }],
    user_signatures: [[Uint8Array.of(9)]],
  };

  test("are a version, pairs of digests, and lists of signatures", () => {
    expect(encode(checkpointContents, contents).toHex()).toBe(`000120${A}20${B}01010109`);
  });

  test("have a digest that covers the signatures", () => {
    const bytes = encode(checkpointContents, contents);
    expect<string>(contentsDigest(contents)).toBe(
      blake2b256Hex(utf8("CheckpointContents::"), bytes),
    );
    const other = { ...contents, user_signatures: [[Uint8Array.of(8)]] };
    expect(contentsDigest(other)).not.toBe(contentsDigest(contents));
  });

  test("have one list of signatures a transaction", () => {
    expect(refusal(checkpointContents, `000120${A}20${B}00`)).toBe(
      "1 transactions have 0 lists of signatures",
    );
    expect(refusal(checkpointContents, "00000100")).toBe(
      "0 transactions have 1 lists of signatures",
    );
  });
});

describe("a certificate", () => {
  const front = `${u64(1)}${"c0".padEnd(96, "0")}`;

  test("names its signers once, in order", () => {
    expect(refusal(checkpointCertificate, `${front}03000001000500`)).toBeUndefined();
    expect(refusal(checkpointCertificate, `${front}00`)).toBeUndefined();
    const wrong = "signers: signers are not in ascending order";
    expect(refusal(checkpointCertificate, `${front}0201000000`)).toBe(wrong);
    expect(refusal(checkpointCertificate, `${front}0201000100`)).toBe(wrong);
  });
});
