/**
 * From signatures to a certificate: the sum is asked for once, liars are left out, and what is too
 * far ahead is not kept.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Certifier } from "../../src/node/certifier.ts";
import { Chain, type PendingCheckpoint } from "../../src/node/chain.ts";
import { NO_PROGRESS } from "../../src/node/epoch.ts";
import { NODE_LIMITS } from "../../src/protocol/limits.ts";
import { SimDisk } from "../../src/simulator/disk.ts";
import { toDigest } from "../../src/types/address.ts";
import { network, NodeUnderTest, START_MS } from "./network.ts";

const setup = network();
const { committee } = new NodeUnderTest(setup, 0).node.epoch.setting;
const OTHER = toDigest("d".repeat(64));
const signature = (signer: number): Uint8Array => new Uint8Array(48).fill(signer + 1);

function closed(): PendingCheckpoint {
  const disk = new SimDisk(setup.genesis);
  return new Chain(disk.reader, disk.recover().tip).close(
    BigInt(START_MS + 300),
    undefined,
    NO_PROGRESS,
  );
}

function sign(certifier: Certifier, signer: number, digest = closed().digest, sequence = 1n): void {
  certifier.addSignature(signer, { sequence, digest, signature: signature(signer) }, 1n);
}

describe("asking for the sum", () => {
  test("once a quorum has signed what is closed here, and not again", () => {
    const certifier = new Certifier(committee);
    for (const signer of [3, 0]) sign(certifier, signer);
    expect(certifier.request(closed())).toBeUndefined();
    sign(certifier, 1);
    const request = certifier.request(closed());
    expect(request).toMatchObject({
      kind: "Aggregate",
      signers: [0, 1, 3],
      signatures: [signature(0), signature(1), signature(3)],
    });
    expect(certifier.request(closed())).toBeUndefined();
  });

  test("not for signatures of something else", () => {
    const certifier = new Certifier(committee);
    for (const signer of [0, 1, 2]) sign(certifier, signer, OTHER);
    expect(certifier.request(closed())).toBeUndefined();
  });

  test("again without who was found to have lied, whose later words do not count", () => {
    const certifier = new Certifier(committee);
    for (const signer of [0, 1, 2]) sign(certifier, signer);
    certifier.request(closed());
    const { digest } = closed();
    const answer = { kind: "Aggregated", sequence: 1n, digest, signers: [0, 1, 2] } as const;
    certifier.answer({ ...answer, signature: undefined, invalid: [1] });
    expect(certifier.request(closed())).toBeUndefined();
    sign(certifier, 1);
    expect(certifier.request(closed())).toBeUndefined();
    sign(certifier, 3);
    expect(certifier.request(closed())).toMatchObject({ signers: [0, 2, 3] });
  });
});

describe("certificates", () => {
  test("are made of a valid sum, and forgotten when they are used", () => {
    const certifier = new Certifier(committee);
    for (const signer of [0, 1, 2]) sign(certifier, signer);
    certifier.request(closed());
    const { digest } = closed();
    const sum = new Uint8Array(48).fill(9);
    const answer = { sequence: 1n, digest, signers: [0, 1, 2], signature: sum, invalid: [] };
    certifier.answer({ kind: "Aggregated", ...answer });
    expect(certifier.certificate(1n)).toEqual({ epoch: 0n, signature: sum, signers: [0, 1, 2] });
    certifier.forget(1n);
    expect(certifier.certificate(1n)).toBeUndefined();
  });
});

describe("what is far ahead", () => {
  test("is not kept, nor what is certified already", () => {
    const certifier = new Certifier(committee);
    const beyond = 1n + NODE_LIMITS.checkpointsAheadMax;
    for (const sequence of [0n, beyond]) {
      for (const signer of [0, 1, 2, 3]) sign(certifier, signer, OTHER, sequence);
    }
    expect(certifier.highestSigned).toBeUndefined();
    for (const signer of [0, 1]) sign(certifier, signer, OTHER, beyond - 1n);
    expect(certifier.highestSigned).toBe(beyond - 1n);
  });

  test("counts only if an honest validator must be among the signers", () => {
    const certifier = new Certifier(committee);
    sign(certifier, 2, OTHER, 7n);
    expect(certifier.highestSigned).toBeUndefined();
  });
});
