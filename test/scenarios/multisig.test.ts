/**
 * An account of three keys, of which two must sign. Simulated networks sign with hashes, so this
 * goes through what a node does with a real signature, and then executes.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { multisigAddress } from "../../src/crypto/address.ts";
import { ed25519PublicKey, ed25519Sign } from "../../src/crypto/ed25519.ts";
import { combineMultisig, type MultisigCommittee } from "../../src/crypto/multisig.ts";
import { encodeUserSignature, verifyUserSignature } from "../../src/crypto/user-signature.ts";
import { transactionCheck } from "../../src/node/admission.ts";
import { type Address, toAddress } from "../../src/types/address.ts";
import { signingDigest, type TransactionData } from "../../src/types/transaction.ts";
import { account, bytesOf, SOMA, testConfig } from "../ledger/fixtures.ts";
import { statusOf, World } from "../ledger/world.ts";

const seeds = [0, 1, 2].map((place) => bytesOf(`multisig member ${place}`, 32));
const stranger = bytesOf("stranger", 32);
const committee: MultisigCommittee = {
  pk_map: seeds.map((seed) => ({ public_key: ed25519PublicKey(seed), weight: 1 })),
  threshold: 2,
};
const shared: Address = toAddress(multisigAddress(committee));

function combine(
  data: TransactionData,
  signers: readonly Uint8Array[],
): ReturnType<typeof combineMultisig> {
  const digest = signingDigest(data);
  return combineMultisig(
    committee,
    signers.map((seed) => ({
      publicKey: ed25519PublicKey(seed),
      signature: ed25519Sign(seed, digest),
    })),
  );
}

/** Why a node refuses the transaction with these signatures, if it does. */
function refusalOf(data: TransactionData, signers: readonly Uint8Array[]): string | undefined {
  const combined = combine(data, signers);
  if (!combined.ok) throw new Error(combined.error);
  const signature = encodeUserSignature({ kind: "Multisig", multisig: combined.value });
  const check = transactionCheck({ data, signatures: [signature] });
  if (typeof check === "string" || check.kind !== "User") throw new Error("no user's signature");
  return verifyUserSignature(check.signature, check.digest, check.address);
}

test("test_multisig_e2e", () => {
  const { allocations } = testConfig();
  const world = new World({
    allocations: [...allocations, { recipient: shared, amount: 10n * SOMA }],
  });
  const coin = world.coin(shared);
  const kind = { kind: "TransferCoin", coin, amount: SOMA, recipient: account("bob") } as const;
  const data = { kind, sender: shared, gas_payment: [coin] };
  const [one, two, three] = seeds.map((seed) => present(seed, "a seed"));
  expect(refusalOf(data, [one!, two!])).toBeUndefined();
  expect(refusalOf(data, [three!, two!])).toBeUndefined();
  expect(refusalOf(data, [one!])).toBe("Insufficient weight=1 threshold=2");
  expect(combine(data, [])).toMatchObject({ ok: false });
  expect(combine(data, [one!, one!])).toMatchObject({ ok: false });
  expect(combine(data, [one!, stranger])).toMatchObject({ ok: false });
  expect(statusOf(world.execute(data))).toBe("Success");
  const altered = { ...data, kind: { ...kind, amount: 2n * SOMA } };
  const combined = combine(data, [one!, two!]);
  if (!combined.ok) throw new Error(combined.error);
  const signature = encodeUserSignature({ kind: "Multisig", multisig: combined.value });
  expect(verifyUserSignature(signature, signingDigest(altered), shared)).toBeDefined();
});
