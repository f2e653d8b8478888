/**
 * Clients that wait: one validator at a time, answers only from execution, conflicts told early,
 * and an end after the longest wait.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Requests, type Voice } from "../../src/node/requests.ts";
import { nameTransaction } from "../../src/node/submit.ts";
import { FINALITY_LIMITS, NODE_LIMITS } from "../../src/protocol/limits.ts";
import { toAddress, toDigest, toObjectId } from "../../src/types/address.ts";
import type { SubmitRefusal } from "../../src/types/message.ts";

const hex = (n: number): string => n.toString(16).padStart(64, "0");
const ref = { object_id: toObjectId(hex(9)), version: 1n, digest: toDigest(hex(9)) };
const ordered = nameTransaction({
  data: {
    kind: { kind: "TransferCoin", coin: ref, amount: 1n, recipient: toAddress(hex(2)) },
    sender: toAddress(hex(1)),
    gas_payment: [ref],
  },
  signatures: [new Uint8Array(97)],
});
const stale: SubmitRefusal = { reason: "Stale", detail: "used" };
const invalid: SubmitRefusal = { reason: "Invalid", detail: "wrong" };
const locked: SubmitRefusal = { reason: "Locked", detail: "by another" };
/** Four validators of a committee, none of which can be believed alone, and this node itself. */
const [A, B, C, D] = ["a", "b", "c", "d"].map((peer) => ({ peer, power: 2_500, isOwn: false })) as [
  Voice,
  Voice,
  Voice,
  Voice,
];
const GUEST: Voice = { peer: "guest", power: 0, isOwn: false };
const SELF: Voice = { peer: "self", power: 10_000, isOwn: true };

describe("asking validators", () => {
  test("the first authority is asked at once, the next after silence", () => {
    const requests = new Requests();
    expect(requests.add(1, ordered, 0)?.ordered).toBe(ordered);
    expect(requests.tick(FINALITY_LIMITS.resubmitMs - 1).submissions).toEqual([]);
    const [next] = requests.tick(FINALITY_LIMITS.resubmitMs).submissions;
    expect(next?.ordered).toBe(ordered);
  });

  test("who has been asked is remembered", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0)!.tried.add("a");
    const [next] = requests.tick(FINALITY_LIMITS.resubmitMs).submissions;
    expect([...next!.tried]).toEqual(["a"]);
  });

  test("a second client of the same transaction only waits", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    expect(requests.add(2, ordered, 0)).toBeUndefined();
    const answers = requests.reply(ordered.digest, stale, 0, SELF);
    expect(answers.map((answer) => answer.kind === "Answer" && answer.request)).toEqual([1, 2]);
    expect(requests.size).toBe(0);
  });

  test("a validator that is behind leads to another try soon", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    expect(requests.reply(ordered.digest, { reason: "Behind", detail: "" }, 10, A)).toEqual([]);
    expect(requests.nextMs).toBe(10 + NODE_LIMITS.behindRetryMs);
    expect(requests.tick(10 + NODE_LIMITS.behindRetryMs).submissions).toHaveLength(1);
  });
});

describe("verdicts", () => {
  test("one validator's word is none: the next is asked soon, and two settle it", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    expect(requests.reply(ordered.digest, locked, 10, A)).toEqual([]);
    const soonMs = 10 + NODE_LIMITS.behindRetryMs;
    expect(requests.tick(soonMs).submissions).toHaveLength(1);
    const answers = requests.reply(ordered.digest, locked, soonMs, B);
    expect(answers).toEqual([
      { kind: "Answer", request: 1, outcome: { kind: "Refused", refusal: locked } },
    ]);
  });

  test("saying it twice, or for different reasons, is not more", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    expect(requests.reply(ordered.digest, locked, 10, A)).toEqual([]);
    expect(requests.reply(ordered.digest, locked, 20, A)).toEqual([]);
    expect(requests.reply(ordered.digest, invalid, 30, B)).toEqual([]);
    expect(requests.reply(ordered.digest, invalid, 40, C)).toHaveLength(1);
  });

  test("that an input is used up is believed of nobody: this node's own state will show it", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    for (const voice of [A, B, C, D]) {
      expect(requests.reply(ordered.digest, stale, 10, voice)).toEqual([]);
    }
    expect(requests.nextMs).toBe(10 + NODE_LIMITS.behindRetryMs);
    expect(requests.refuseStale([ref.object_id], () => stale)).toHaveLength(1);
  });

  test("the words of one epoch's committee do not count in the next", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    requests.reply(ordered.digest, locked, 10, A);
    requests.epochChanged();
    expect(requests.reply(ordered.digest, locked, 20, B)).toEqual([]);
    expect(requests.reply(ordered.digest, locked, 30, A)).toHaveLength(1);
  });

  test("who is no validator has no say; if it had the transaction, the next is asked", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    requests.handed(ordered.digest, "gone");
    for (const refusal of [stale, undefined]) {
      expect(requests.reply(ordered.digest, refusal, 5, GUEST)).toEqual([]);
    }
    expect(requests.nextMs).toBe(FINALITY_LIMITS.resubmitMs);
    requests.reply(ordered.digest, stale, 5, { ...GUEST, peer: "gone" });
    expect(requests.nextMs).toBe(5 + NODE_LIMITS.behindRetryMs);
    expect(requests.reply(ordered.digest, stale, 6, SELF)).toHaveLength(1);
  });
});

describe("validators that are lost", () => {
  test("what one had is handed on at once, taken or not; what others have is not", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    requests.handed(ordered.digest, "a");
    requests.reply(ordered.digest, undefined, 5, A);
    requests.lost("b", 10);
    expect(requests.tick(10).submissions).toEqual([]);
    requests.lost("a", 20);
    expect(requests.nextMs).toBe(20);
    expect(requests.tick(20).submissions).toHaveLength(1);
    expect(requests.nextMs).toBe(20 + FINALITY_LIMITS.resubmitMs);
  });
});

describe("inputs that change", () => {
  test("only those who wait to use them are asked about", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    const other = toObjectId(hex(8));
    expect(requests.refuseStale([other], () => stale)).toEqual([]);
    expect(requests.refuseStale([ref.object_id], () => undefined)).toEqual([]);
    expect(requests.refuseStale([ref.object_id], () => stale)).toHaveLength(1);
    expect(requests.refuseStale([ref.object_id], () => stale)).toEqual([]);
  });
});

describe("answers", () => {
  test("a refusal after somebody took it settles nothing", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    requests.reply(ordered.digest, undefined, 0, A);
    for (const voice of [B, C, D]) {
      expect(requests.reply(ordered.digest, locked, 0, voice)).toEqual([]);
    }
    expect(requests.size).toBe(1);
  });

  test("the longest wait ends with a timeout that leaves it open", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    const { answers } = requests.tick(FINALITY_LIMITS.giveUpMs);
    expect(answers).toHaveLength(1);
    const [answer] = answers;
    const outcome = answer?.kind === "Answer" ? answer.outcome : undefined;
    expect(outcome?.kind === "Refused" && outcome.refusal.reason).toBe("Timeout");
    expect(requests.size).toBe(0);
  });

  test("a client that goes away takes its transaction along only if it was the last", () => {
    const requests = new Requests();
    requests.add(1, ordered, 0);
    requests.add(2, ordered, 0);
    requests.cancel(1);
    expect(requests.size).toBe(1);
    requests.cancel(2);
    expect(requests.size).toBe(0);
  });
});
