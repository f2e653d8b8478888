/**
 * Inclusion proofs: made from what a node stores, checked by a client that has nothing but the
 * committee of the genesis. Keys and signatures are real.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { decode, encode } from "../../src/bcs/schema.ts";
import {
  buildCheckpoint,
  type ChainTip,
  type CheckpointEntry,
} from "../../src/checkpoint/build.ts";
import { checkpointMessage } from "../../src/checkpoint/certify.ts";
import {
  checkTransaction,
  followCommittee,
  objectProof,
  proveObject,
  transactionProof,
  verifyObject,
} from "../../src/checkpoint/inclusion.ts";
import { LiveSet } from "../../src/checkpoint/live-set.ts";
import { blsAggregate, blsPublicKey, blsSign } from "../../src/crypto/bls.ts";
import { DELETED_DIGEST } from "../../src/types/address.ts";
import {
  type CertifiedCheckpoint,
  checkpointDigest,
  type CheckpointSummary,
  type EndOfEpochData,
} from "../../src/types/checkpoint.ts";
import { authorityIndex, type Committee } from "../../src/types/committee.ts";
import { stateDigest } from "../../src/types/entry.ts";
import { transactionDigest } from "../../src/types/transaction.ts";
import { account, SOMA } from "../ledger/fixtures.ts";
import { World } from "../ledger/world.ts";
import { committeeOf, secretOf } from "./committee.ts";

const alice = account("alice");
const genesis = committeeOf(4, 0n, true);
const world = new World();
const first: ChainTip = {
  summary: world.genesis.summary,
  digest: checkpointDigest(world.genesis.summary),
  liveSet: new LiveSet(),
};

/** Transfers of whole coins, one after the other. */
function entries(count: number): readonly CheckpointEntry[] {
  return Array.from({ length: count }, () => {
    const coin = world.coin(alice);
    const kind = { kind: "TransferCoin", coin, amount: SOMA, recipient: account("bob") } as const;
    const data = { kind, sender: alice, gas_payment: [coin] };
    const { effects } = world.execute(data);
    const transaction = { data, signatures: [new Uint8Array(97)] };
    return { digest: transactionDigest(data), transaction, effects };
  });
}

function certify(summary: CheckpointSummary, committee: Committee, count = 3): CertifiedCheckpoint {
  const parts = Array.from({ length: count }, (_, n) => ({
    signer: present(authorityIndex(committee, blsPublicKey(secretOf(n))), "a member"),
    part: blsSign(secretOf(n), checkpointMessage(summary)),
  })).toSorted((left, right) => left.signer - right.signer);
  const signature = present(blsAggregate(parts.map(({ part }) => part)), "a sum");
  const signers = parts.map(({ signer }) => signer);
  return { summary, certificate: { epoch: summary.epoch, signature, signers } };
}

function close(
  list: readonly CheckpointEntry[],
  endOfEpoch?: EndOfEpochData,
): ReturnType<typeof buildCheckpoint> {
  return buildCheckpoint(first, list, { timestampMs: world.nowMs, endOfEpoch });
}

const list = entries(5);
const built = close(list);
const certified = certify(built.summary, genesis);

describe("objects", () => {
  test("whatever a checkpoint wrote or deleted is proved, through bytes", () => {
    const ids = new Set(
      list.flatMap(({ effects }) => effects.changed_objects.map((c) => c.object_id)),
    );
    expect(ids.size).toBeGreaterThan(5);
    for (const id of ids) {
      const proof = present(proveObject(certified, list, id), "a proof");
      const read = decode(objectProof, encode(objectProof, proof));
      if (!read.ok) throw new Error(read.error.reason);
      const state = verifyObject(genesis, read.value, id);
      const object = world.find(id);
      expect(state).toEqual({
        ok: true,
        value:
          object === undefined
            ? { kind: "Deleted", version: proof.leaf.version }
            : { kind: "Written", version: object.version, digest: stateDigest(object) },
      });
    }
  });

  test("what it did not touch has no proof, and no proof passes for another object", () => {
    const [one, two] = list[0]!.effects.changed_objects;
    expect(proveObject(certified, list, world.list("Pool")[0]!.id)).toBeUndefined();
    const proof = present(proveObject(certified, list, one!.object_id), "a proof");
    expect(verifyObject(genesis, proof, two!.object_id).ok).toBe(false);
    const forged = { ...proof, leaf: { ...proof.leaf, digest: DELETED_DIGEST } };
    expect(verifyObject(genesis, forged, one!.object_id)).toEqual({
      ok: false,
      error: "the object is not in what the checkpoint wrote",
    });
  });

  test("a quorum of the right committee must have signed this very summary", () => {
    const id = list[0]!.effects.changed_objects[0]!.object_id;
    const ask = (checkpoint: CertifiedCheckpoint, committee = genesis): unknown =>
      verifyObject(committee, present(proveObject(checkpoint, list, id), "a proof"), id);
    const few = certify(built.summary, genesis, 2);
    expect(ask(few)).toEqual({ ok: false, error: "the signers are not a quorum" });
    const altered = { ...certified, summary: { ...built.summary, timestamp_ms: 1n } };
    expect(ask(altered)).toEqual({ ok: false, error: "the signature does not hold" });
    expect(ask(certified, committeeOf(4, 1n, true))).toMatchObject({ ok: false });
  });
});

describe("transactions", () => {
  const { contents } = built;

  test("each has the effects that the contents say, and no others", () => {
    for (const [index, { effects }] of list.entries()) {
      const proof = { checkpoint: certified, contents, index };
      const read = decode(transactionProof, encode(transactionProof, proof));
      if (!read.ok) throw new Error(read.error.reason);
      expect(checkTransaction(genesis, read.value, effects)).toBeUndefined();
    }
    const proof = { checkpoint: certified, contents, index: 0 };
    const { effects } = list[0]!;
    expect(checkTransaction(genesis, proof, { ...effects, version: 99n })).toContain("effects");
    expect(checkTransaction(genesis, { ...proof, index: 1 }, effects)).toContain("another");
    const short = { ...contents, transactions: [], user_signatures: [] };
    expect(checkTransaction(genesis, { ...proof, contents: short }, effects)).toContain("contents");
  });
});

describe("committees", () => {
  test("trust passes on by the last checkpoint of an epoch only", () => {
    const next = committeeOf(2, 1n, true);
    const last = close([], {
      next_epoch_validator_committee: next,
      next_epoch_protocol_version: 1n,
      epoch_commitments: [],
    });
    expect(followCommittee(genesis, certify(last.summary, genesis))).toEqual({
      ok: true,
      value: next,
    });
    expect(followCommittee(genesis, certified)).toMatchObject({ ok: false });
    expect(followCommittee(next, certify(last.summary, genesis))).toMatchObject({ ok: false });
  });
});
