/**
 * Genesis files: what was written comes back, a change of any part is found, and the founders'
 * signature is one.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { encode } from "../../src/bcs/schema.ts";
import { certificateCheck } from "../../src/checkpoint/certify.ts";
import { LiveSet } from "../../src/checkpoint/live-set.ts";
import { blsVerifyAggregate } from "../../src/crypto/bls.ts";
import { genesisRecord, readGenesisFile, writeGenesisFile } from "../../src/host/genesis-file.ts";
import { type Digest, ZERO_DIGEST } from "../../src/types/address.ts";
import type { CertifiedCheckpoint } from "../../src/types/checkpoint.ts";
import { chainId, type GenesisBlob, genesisBlob } from "../../src/types/genesis.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { foundNetwork, validatorSettings } from "./network.ts";

afterAll(removeTemporary);

const BLOB = foundNetwork(validatorSettings("/nowhere", [1, 2, 3, 4]), { startMs: 1_000 });

/** What is said of a file with these contents. */
function complaint(bytes: Uint8Array): string {
  const path = join(temporaryDirectory(), "genesis.blob");
  writeFileSync(path, bytes);
  try {
    readGenesisFile(path);
  } catch (error) {
    expect(error).toMatchObject({ code: "genesis_invalid", name: "SomaError" });
    return error instanceof Error ? error.message.slice(error.message.indexOf(": ") + 2) : "";
  }
  return "fine";
}

/** The first checkpoint, if it committed to other objects. */
function committing(digest: Digest): CertifiedCheckpoint {
  const { summary, certificate } = BLOB.checkpoint;
  const checkpoint_commitments = [{ kind: "CheckpointArtifacts", digest }] as const;
  return { summary: { ...summary, checkpoint_commitments }, certificate };
}

describe("a genesis file", () => {
  test("comes back as it was written", () => {
    const path = join(temporaryDirectory(), "deep", "genesis.blob");
    writeGenesisFile(path, BLOB);
    expect(readGenesisFile(path)).toEqual(BLOB);
  });

  test("is signed by its founders", () => {
    const { summary, certificate } = BLOB.checkpoint;
    const check = certificateCheck(summary, certificate, BLOB.committee);
    if (typeof check === "string") throw new Error(check);
    expect(blsVerifyAggregate(check.publicKeys, check.message, check.signature)).toBe(true);
  });

  test("gives the first checkpoint of a node", () => {
    const record = genesisRecord(BLOB);
    expect(record.digest).toBe(chainId(BLOB));
    expect(record.written).toEqual(BLOB.objects);
    expect(LiveSet.fromBytes(record.liveSet).digest()).not.toBe(new LiveSet().digest());
    expect(record.bundle.transactions).toHaveLength(1);
  });

  test.each([
    ["objects", { objects: BLOB.objects.slice(1) }],
    ["objects", { objects: [{ ...BLOB.objects[0]!, version: 9n }, ...BLOB.objects.slice(1)] }],
    ["effects", { effects: { ...BLOB.effects, executed_epoch: 5n } }],
    ["contents", { contents: { transactions: [], user_signatures: [] } }],
    ["objects", { objects: [BLOB.objects[1]!, ...BLOB.objects.slice(1)] }],
    ["committee", { committee: { ...BLOB.committee, epoch: 3n } }],
    ["checkpoint", { checkpoint: committing(ZERO_DIGEST) }],
    ["transaction", { transaction: { ...BLOB.transaction, signatures: [] } }],
  ] as const)("with other %s is refused", (field, change: Partial<GenesisBlob>) => {
    const said = complaint(encode(genesisBlob, { ...BLOB, ...change }));
    expect(said).toStartWith(`${field}: `);
  });

  test("that is cut off, longer, or something else is refused", () => {
    const bytes = encode(genesisBlob, BLOB);
    expect(complaint(bytes.slice(0, -1))).not.toBe("fine");
    expect(complaint(new Uint8Array([...bytes, 0]))).not.toBe("fine");
    expect(complaint(new Uint8Array(0))).not.toBe("fine");
  });
});
