/**
 * Making and verifying signatures: what holds and what does not, that nothing valid is verified
 * twice, and that the worker behind it may die.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { concatBytes } from "../../src/base/bytes.ts";
import { ed25519Address } from "../../src/crypto/address.ts";
import { blsAggregate, blsKeygen, blsPublicKey, blsSign } from "../../src/crypto/bls.ts";
import { ed25519PublicKey, ed25519Sign } from "../../src/crypto/ed25519.ts";
import { signDigest } from "../../src/crypto/user-signature.ts";
import { CryptoWorker } from "../../src/host/crypto-worker.ts";
import { Verifier } from "../../src/host/verifier.ts";
import type { SignatureCheck } from "../../src/node/io.ts";

const verifiers: Verifier[] = [];
afterAll(() => Promise.all(verifiers.map((verifier) => verifier.stop())));

function open(): Verifier {
  const verifier = new Verifier();
  verifiers.push(verifier);
  return verifier;
}

const SEED = new Uint8Array(32).fill(1);
const OTHER_SEED = new Uint8Array(32).fill(2);

function message(number: number): Uint8Array {
  return new Uint8Array(32).fill(number);
}

function block(number: number, seed: Uint8Array = SEED): SignatureCheck {
  const signature = ed25519Sign(seed, message(number));
  return {
    kind: "Ed25519",
    publicKey: ed25519PublicKey(SEED),
    message: message(number),
    signature,
  };
}

function user(number: number, by: Uint8Array = SEED): SignatureCheck {
  const address = ed25519Address(ed25519PublicKey(SEED));
  const signature = signDigest(by, message(number));
  return { kind: "User", address, digest: message(number), signature };
}

const FOUNDERS = [1, 2, 3, 4].map((number) => {
  const secretKey = blsKeygen(new Uint8Array(32).fill(number));
  return { secretKey, publicKey: blsPublicKey(secretKey) };
});

function certificate(text: Uint8Array, signers: typeof FOUNDERS): SignatureCheck {
  const signature = blsAggregate(signers.map(({ secretKey }) => blsSign(secretKey, text)))!;
  const publicKeys = FOUNDERS.slice(0, 3).map(({ publicKey }) => publicKey);
  return { kind: "Aggregate", publicKeys, message: text, signature };
}

describe("verifying", () => {
  test("a few blocks is done at once", () => {
    const verifier = open();
    expect(verifier.verify([])).toBeUndefined();
    expect(verifier.verify([block(1), block(2)])).toBeUndefined();
    expect(verifier.verify([block(4, OTHER_SEED)])).toBe("a signature is not valid");
  });

  test("what users have signed is done in other threads, and judged alike", async () => {
    const verifier = open();
    const verdict = verifier.verify([block(1), user(2)]);
    expect(verdict).toBeInstanceOf(Promise);
    expect(await verdict).toBeUndefined();
    expect(verifier.verify([block(1), user(2)])).toBeUndefined();
    expect(await verifier.verify([user(3, OTHER_SEED)])).toBe("the signature is not by the sender");
    const forged = { ...user(7), digest: message(8) } as SignatureCheck;
    expect(await verifier.verify([forged])).toBe("the signature is not valid");
  });

  test("many signatures lets others have a turn in between", async () => {
    const verifier = open();
    const checks = Array.from({ length: 40 }, (_, number) => block(number));
    const verdict = verifier.verify(checks);
    expect(verdict).toBeInstanceOf(Promise);
    expect(verifier.verified).toBeLessThan(checks.length);
    expect(await verdict).toBeUndefined();
    expect(verifier.verified).toBe(checks.length);
    expect(await verifier.verify([...checks, user(41), block(42, OTHER_SEED)])).toBe(
      "a signature is not valid",
    );
  });

  test("a certificate is a sum of exactly these keys' signatures", async () => {
    const verifier = open();
    const good = certificate(message(1), FOUNDERS.slice(0, 3));
    expect(await verifier.verify([good])).toBeUndefined();
    const bad = certificate(message(2), FOUNDERS.slice(1, 4));
    expect(await verifier.verify([bad])).toBe("a certificate is not valid");
  });

  test("what is valid is verified once, whatever else comes with it", async () => {
    const verifier = open();
    const good = certificate(message(1), FOUNDERS.slice(0, 3));
    await verifier.verify([block(1), user(2), good]);
    expect(verifier.verified).toBe(3);
    expect(verifier.verify([good, user(2), block(1), block(1)])).toBeUndefined();
    expect(verifier.verified).toBe(3);
  });

  test("what is invalid is verified again", () => {
    const verifier = open();
    for (let round = 1; round <= 3; round++) {
      expect(verifier.verify([block(1, OTHER_SEED)])).toBeDefined();
      expect(verifier.verified).toBe(round);
    }
  });

  test("what is remembered has the same parts, not only the same bytes", () => {
    const verifier = open();
    const good = block(1);
    if (good.kind !== "Ed25519") throw new Error("a block has an Ed25519 signature");
    expect(verifier.verify([good])).toBeUndefined();
    const whole = concatBytes(good.message, good.signature);
    const shifted = { ...good, message: whole.subarray(0, 33), signature: whole.subarray(33) };
    expect(verifier.verify([shifted])).toBe("a signature is not valid");
  });
});

describe("signing", () => {
  test("gives the signature of the key, and the same one again without work", async () => {
    const verifier = open();
    const [founder] = FOUNDERS;
    const first = await verifier.sign(founder!, message(1));
    expect(first.toHex()).toBe(blsSign(founder!.secretKey, message(1)).toHex());
    expect(await verifier.sign(founder!, message(1))).toBe(first);
  });

  test("and adding up signatures of this process needs no pairing", async () => {
    const verifier = open();
    const signers = FOUNDERS.slice(0, 3);
    const publicKeys = signers.map(({ publicKey }) => publicKey);
    const signatures = await Promise.all(signers.map((one) => verifier.sign(one, message(1))));
    const list = { publicKeys, message: message(1), signatures };
    const { signature, invalid } = await verifier.aggregate(list);
    expect(invalid).toEqual([]);
    expect(signature?.toHex()).toBe(blsAggregate(signatures)?.toHex());
    const check = {
      kind: "Aggregate",
      publicKeys,
      message: message(1),
      signature: signature!,
    } as const;
    expect(verifier.verify([check])).toBeUndefined();
    expect(verifier.verified).toBe(0);
  });

  test("and adding up signatures of others says which are invalid", async () => {
    const verifier = open();
    const signers = FOUNDERS.slice(0, 3);
    const publicKeys = signers.map(({ publicKey }) => publicKey);
    const signatures = signers.map(({ secretKey }) => blsSign(secretKey, message(1)));
    const list = { publicKeys, message: message(1), signatures };
    expect(await verifier.aggregate(list)).toMatchObject({ invalid: [] });
    const liar = blsSign(FOUNDERS[3]!.secretKey, message(1));
    const broken = message(5);
    expect(
      await verifier.aggregate({ ...list, signatures: [signatures[0]!, liar, broken] }),
    ).toEqual({ signature: undefined, invalid: [1, 2] });
  });
});

describe("the worker", () => {
  test("is started again when a job kills it; a job that does so twice is a bug", async () => {
    const worker = new CryptoWorker();
    const good = { kind: "Sign", secretKey: FOUNDERS[0]!.secretKey, message: message(1) } as const;
    const deadly = { ...good, secretKey: new Uint8Array(32) };
    const [before, died, after] = await Promise.allSettled([
      worker.run<"Sign">(good),
      worker.run<"Sign">(deadly),
      worker.run<"Sign">({ ...good, message: message(2) }),
    ]);
    expect(before.status).toBe("fulfilled");
    expect(died.status === "rejected" && died.reason).toBeInstanceOf(AssertionError);
    expect(after.status).toBe("fulfilled");
    expect(worker.crashes).toBe(2);
    expect(worker.pending).toBe(0);
    await worker.stop();
  });

  test("gives up what waits when it is stopped", async () => {
    const worker = new CryptoWorker();
    const job = { kind: "Sign", secretKey: FOUNDERS[0]!.secretKey, message: message(1) } as const;
    const waiting = [worker.run<"Sign">(job), worker.run<"Sign">(job)];
    const stopped = worker.stop();
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: "node_stopped" });
    await stopped;
    await expect(worker.run<"Sign">(job)).rejects.toMatchObject({ code: "node_stopped" });
  });
});
