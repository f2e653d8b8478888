/**
 * `/v1/transactions`: executing, trying, reading; every refusal in the words that clients look for.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";

import { decode, encode } from "../../../src/bcs/schema.ts";
import { transactionProof } from "../../../src/checkpoint/inclusion.ts";
import { ADMISSION_LIMITS } from "../../../src/protocol/limits.ts";
import { TRANSACTION_BYTES_MAX } from "../../../src/types/bounds.ts";
import { effectsDigest, transactionEffects } from "../../../src/types/effects.ts";
import type { SubmitRefusal } from "../../../src/types/message.ts";
import { formatAddress, formatDigest, formatObjectId } from "../../../src/types/text.ts";
import {
  signedTransaction,
  transactionData,
  transactionDigest,
} from "../../../src/types/transaction.ts";
import { SOMA } from "../../ledger/fixtures.ts";
import { nowhere } from "../chain.ts";
import { ALICE, BOB, executing, NOBODY, post, Surface, transfer } from "../surface.ts";

const surface = new Surface();
afterAll(() => surface.close());

const EXECUTE = "/v1/transactions";
const SIMULATE = "/v1/transactions/simulate";

describe("executing", () => {
  test("answers with what it did, and the same again", async () => {
    const data = transfer(surface, ALICE, BOB.address, SOMA);
    const before = surface.chain.world.balance(BOB.address);
    const response = await surface.ask(EXECUTE, executing(ALICE, data));
    expect(response.status).toBe(200);
    const answer = (await response.json()) as Record<string, unknown>;
    const { digest, fee } = answer as { digest: string; fee: Record<string, string> };
    expect(answer).toMatchObject({
      digest: formatDigest(transactionDigest(data)),
      status: "Success",
      executed_epoch: 0,
      checkpoint: "1",
      sender: formatAddress(ALICE.address),
      kind: "TransferCoin",
    });
    expect(answer["balance_changes"]).toContainEqual({
      address: formatAddress(ALICE.address),
      amount: `${-SOMA - BigInt(fee["total_fee"]!)}`,
    });
    expect(answer["balance_changes"]).toContainEqual({
      address: formatAddress(BOB.address),
      amount: `${SOMA}`,
    });
    expect(surface.chain.world.balance(BOB.address)).toBe(before + SOMA);
    expect(await surface.read(`${EXECUTE}/${digest}`)).toEqual(answer);
    const again = await surface.ask(EXECUTE, executing(ALICE, data));
    expect(await again.json()).toEqual(answer);
    expect(surface.chain.world.balance(BOB.address)).toBe(before + SOMA);
  });

  test("a transaction that fails is an answer like any other, and has cost its fee", async () => {
    const data = transfer(surface, ALICE, BOB.address, 2_000n * SOMA);
    const before = surface.chain.world.balance(ALICE.address);
    const response = await surface.ask(EXECUTE, executing(ALICE, data));
    expect(response.status).toBe(200);
    const { status, fee } = (await response.json()) as {
      status: { Failure: Record<string, string> };
      fee: Record<string, string>;
    };
    expect(status.Failure["code"]).toBe("InsufficientCoinBalance");
    expect(status.Failure["hint"]).not.toBe("");
    const paid = BigInt(fee["total_fee"]!);
    expect(surface.chain.world.balance(ALICE.address)).toBe(before - paid);
  });

  test("another's signature is refused", async () => {
    const data = transfer(surface, ALICE, BOB.address, SOMA);
    const { signatures } = BOB.sign({ ...data, sender: BOB.address });
    const tx_bytes = encode(signedTransaction, { data, signatures }).toBase64();
    const problem = await surface.problem(EXECUTE, post({ tx_bytes }));
    expect(problem).toMatchObject({ status: 400, code: "transaction_invalid" });
  });

  test("who has no coin is refused", async () => {
    const coin = surface.chain.world.coin(ALICE.address);
    const kind = { kind: "TransferCoin", coin, amount: 1n, recipient: BOB.address } as const;
    const data = { kind, sender: NOBODY.address, gas_payment: [coin] };
    const problem = await surface.problem(EXECUTE, executing(NOBODY, data));
    expect(problem).toMatchObject({ status: 400, code: "transaction_invalid" });
    expect(String(problem["detail"])).toContain(formatObjectId(coin.object_id).slice(2));
  });

  test("a version that is gone is stale", async () => {
    const old = transfer(surface, ALICE, BOB.address, 1n);
    await surface.ask(EXECUTE, executing(ALICE, old));
    const data = { ...old, kind: { ...old.kind, amount: 2n } } as typeof old;
    const problem = await surface.problem(EXECUTE, executing(ALICE, data));
    expect(problem).toMatchObject({ status: 409, code: "object_stale" });
    expect(problem["hint"]).toBeString();
  });

  const refusals: readonly (readonly [SubmitRefusal["reason"], number, string])[] = [
    ["Invalid", 400, "transaction_invalid"],
    ["Stale", 409, "object_stale"],
    ["Locked", 409, "object_locked"],
    ["Timeout", 504, "execution_timeout"],
    ["Behind", 503, "overloaded"],
    ["Overloaded", 503, "overloaded"],
  ];
  test.each(refusals)("a node that says %s answers %d %s", async (reason, status, code) => {
    surface.chain.refusals.push({ reason, detail: "in its own words" });
    const data = transfer(surface, ALICE, BOB.address, 3n);
    const response = await surface.ask(EXECUTE, executing(ALICE, data));
    expect(response.status).toBe(status);
    expect(response.headers.has("retry-after")).toBe(status === 503);
    expect(await response.json()).toMatchObject({ code, detail: "in its own words" });
  });

  test("ends when the client goes away", async () => {
    const gate = Promise.withResolvers<void>();
    surface.chain.gate = gate.promise;
    const abort = new AbortController();
    const init = executing(ALICE, transfer(surface, ALICE, BOB.address, 4n));
    const response = surface.ask(EXECUTE, { ...init, signal: abort.signal });
    abort.abort();
    gate.resolve();
    surface.chain.gate = undefined;
    expect((await response).status).toBe(503);
    expect(surface.reported).toEqual([]);
  });
});

describe("what is malformed is told", () => {
  const bytes = encode(signedTransaction, ALICE.sign(transfer(surface, ALICE, BOB.address, 5n)));
  const cases: readonly (readonly [name: string, body: unknown, status: number, says: string])[] = [
    ["nothing", "", 400, "JSON"],
    ["no JSON", "{", 400, "JSON"],
    ["no object", [], 400, "body"],
    ["no field", {}, 400, "tx_bytes"],
    ["a number", { tx_bytes: 5 }, 400, "tx_bytes"],
    ["an unknown field", { tx_bytes: bytes.toBase64(), gas: 1 }, 400, "gas"],
    ["no base64", { tx_bytes: "#" }, 400, "tx_bytes"],
    ["no bytes", { tx_bytes: "" }, 400, "tx_bytes"],
    ["a cut transaction", { tx_bytes: bytes.subarray(0, -1).toBase64() }, 400, "tx_bytes"],
    ["a byte too many", { tx_bytes: new Uint8Array([...bytes, 0]).toBase64() }, 400, "tx_bytes"],
    ["a huge body", { tx_bytes: "A".repeat(2 * TRANSACTION_BYTES_MAX) }, 413, "bytes"],
    ["deep JSON", "[".repeat(50_000), 400, "JSON"],
  ];
  for (const path of [EXECUTE, SIMULATE]) {
    test.each(cases)(`${path} with %s`, async (_, body, status, says) => {
      const problem = await surface.problem(path, post(body));
      expect(problem["status"]).toBe(status);
      expect(String(problem["detail"])).toContain(says);
    });

    test(`${path} in another media type`, async () => {
      for (const type of ["text/plain", "application/jsonp", ""]) {
        const init = { ...post({}), headers: { "content-type": type } };
        expect(await surface.problem(path, init)).toMatchObject({ status: 415 });
      }
    });
  }

  test("a transaction that is larger than any may be", async () => {
    const tx_bytes = new Uint8Array(TRANSACTION_BYTES_MAX + 1).toBase64();
    const problem = await surface.problem(EXECUTE, post({ tx_bytes }));
    expect(problem).toMatchObject({ status: 400, errors: [{ field: "tx_bytes" }] });
  });

  test("where a signed transaction is expected, one without signatures is none", async () => {
    const tx_bytes = surface.unsigned().toBase64();
    expect(await surface.problem(EXECUTE, post({ tx_bytes }))).toMatchObject({ status: 400 });
  });
});

describe("trying", () => {
  test("tells what would happen, and nothing does", async () => {
    const data = transfer(surface, ALICE, BOB.address, SOMA);
    const tx_bytes = encode(transactionData, data).toBase64();
    const before = surface.chain.world.balance(BOB.address);
    const tried = await surface.ask(SIMULATE, post({ tx_bytes }));
    const answer = (await tried.json()) as { fee: object; gas_used: string };
    expect(answer).toMatchObject({ status: "Success", executed_epoch: 0 });
    expect(surface.chain.world.balance(BOB.address)).toBe(before);
    const done = await surface.ask(EXECUTE, executing(ALICE, data));
    expect(await done.json()).toMatchObject({ status: "Success", fee: answer.fee });
  });
});

describe("reading", () => {
  test("what is final is kept by caches for ever", async () => {
    const data = transfer(surface, ALICE, BOB.address, 6n);
    await surface.ask(EXECUTE, executing(ALICE, data));
    const path = `${EXECUTE}/${formatDigest(transactionDigest(data))}`;
    const { headers } = await surface.ask(path);
    expect(headers.get("cache-control")).toContain("immutable");
    const known = { headers: { "if-none-match": headers.get("etag")! } };
    expect((await surface.ask(path, known)).status).toBe(304);
  });

  test("what never was is not there, and a hex digest is malformed", async () => {
    const digest = nowhere("transaction");
    const missing = await surface.problem(`${EXECUTE}/${formatDigest(digest)}`);
    expect(missing).toMatchObject({ status: 404, code: "transaction_not_found" });
    const bad = await surface.problem(`${EXECUTE}/0x${digest}`);
    expect(bad).toMatchObject({ status: 400, errors: [{ field: "digest" }] });
  });
});

test("the proof of a transaction shows its effects in the contents of its checkpoint", async () => {
  const { executed, sequence } = surface.chain.execute(transfer(surface, ALICE, BOB.address, 5n));
  const name = formatDigest(executed.digest);
  const proof = await surface.read(`${EXECUTE}/${name}/proof`);
  expect(proof).toMatchObject({ digest: name, checkpoint: `${sequence}`, epoch: 0 });
  const bytesOf = (field: string): Uint8Array => Uint8Array.fromBase64(String(proof[field]));
  const effects = decode(transactionEffects, bytesOf("effects_bytes"));
  const shown = decode(transactionProof, bytesOf("proof_bytes"));
  if (!effects.ok || !shown.ok) throw new Error("no BCS");
  expect(shown.value.contents.transactions[shown.value.index]).toEqual({
    transaction: executed.digest,
    effects: effectsDigest(effects.value),
  });
  const missing = await surface.problem(`${EXECUTE}/${formatDigest(nowhere("proof"))}/proof`);
  expect(missing).toMatchObject({ status: 404, code: "transaction_not_found" });
});

describe("who sends too much at a time", () => {
  test("is told to slow down, and others are not", async () => {
    const clock = { nowMs: () => 0, monotonicMs: () => 0 };
    const busy = new Surface({ clock });
    const send = (ip: string): Promise<number> =>
      Promise.resolve(busy.app.request(SIMULATE, post({}), { ip })).then(({ status }) => status);
    for (let sent = 0; sent < ADMISSION_LIMITS.perIpPerSecondMax; sent++) {
      expect(await send("192.0.2.1")).toBe(400);
    }
    const response = await busy.app.request(SIMULATE, post({}), { ip: "192.0.2.1" });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await send("192.0.2.2")).toBe(400);
    busy.close();
  });
});
