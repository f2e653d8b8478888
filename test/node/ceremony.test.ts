/**
 * The ceremony: four founders with real keys, one of them late, one who lies.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { certificateCheck } from "../../src/checkpoint/certify.ts";
import { blsKeygen, blsPublicKey, blsVerifyAggregate } from "../../src/crypto/bls.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import type { GenesisValidator } from "../../src/ledger/genesis/config.ts";
import {
  addFounder,
  addSeedModel,
  addSignature,
  allocateMoney,
  buildBeginning,
  type Ceremony,
  concludeCeremony,
  openCeremony,
  signBeginning,
} from "../../src/node/ceremony.ts";
import {
  bytesOf,
  genesisModel,
  genesisValidator,
  testConfig,
  VALIDATORS,
} from "../ledger/fixtures.ts";

const secrets = VALIDATORS.map((name) => blsKeygen(bytesOf(`secret of ${name}`, 32)));
const founders = VALIDATORS.map((name, place): GenesisValidator => {
  const founder = genesisValidator(name);
  const secret = present(secrets[place], "a secret");
  return {
    ...founder,
    protocol_pubkey: blsPublicKey(secret),
    proof_of_possession: proveBlsPossession(secret, founder.account),
  };
});

function gather(): Ceremony {
  let ceremony = openCeremony(testConfig({ validators: [], models: [], allocations: [] }));
  for (const founder of founders) {
    const joined = addFounder(ceremony, founder);
    if (!joined.ok) throw new Error(joined.error);
    ceremony = joined.value;
  }
  ceremony = addSeedModel(ceremony, genesisModel("prose"));
  return allocateMoney(ceremony, testConfig().allocations);
}

function sign(ceremony: Ceremony, places: readonly number[]): Ceremony {
  const genesis = buildBeginning(ceremony);
  if (!genesis.ok) throw new Error(genesis.error);
  return places.reduce((signed, place) => {
    const signature = signBeginning(genesis.value, present(secrets[place], "a secret"));
    const added = addSignature(signed, genesis.value, founders[place]!.account, signature);
    if (!added.ok) throw new Error(added.error);
    return added.value;
  }, ceremony);
}

const whole = gather();
const built = buildBeginning(whole);
if (!built.ok) throw new Error(built.error);
const genesis = built.value;

describe("a ceremony", () => {
  test("ends when a quorum has signed the same beginning", () => {
    expect(concludeCeremony(whole, genesis)).toEqual({ ok: false, error: "nobody has signed" });
    expect(concludeCeremony(sign(whole, [0, 1]), genesis)).toMatchObject({ ok: false });
    const final = concludeCeremony(sign(whole, [3, 0, 1]), genesis);
    if (!final.ok) throw new Error(final.error);
    const { summary, certificate } = final.value.checkpoint;
    const check = certificateCheck(summary, certificate, genesis.committee);
    if (typeof check === "string") throw new Error(check);
    expect(blsVerifyAggregate(check.publicKeys, check.message, check.signature)).toBe(true);
  });

  test("takes no founder without the secret of his key, and none twice", () => {
    const stolen = { ...founders[0]!, account: genesisValidator("thief").account };
    expect(addFounder(whole, stolen)).toEqual({
      ok: false,
      error: "proof_of_possession does not hold",
    });
    expect(addFounder(whole, founders[0]!)).toMatchObject({ ok: false });
  });

  test("takes no signature of another beginning, nor of somebody else", () => {
    const other = buildBeginning(addSeedModel(whole, genesisModel("code")));
    if (!other.ok) throw new Error(other.error);
    const signature = signBeginning(other.value, secrets[0]!);
    expect(addSignature(whole, genesis, founders[0]!.account, signature)).toMatchObject({
      ok: false,
    });
    const stranger = genesisValidator("stranger").account;
    expect(addSignature(whole, genesis, stranger, signature)).toMatchObject({ ok: false });
  });

  test("begins anew with every change, and says what cannot be", () => {
    const signed = sign(whole, [0, 1, 2]);
    expect(signed.signatures.size).toBe(3);
    expect(addSeedModel(signed, genesisModel("code")).signatures.size).toBe(0);
    expect(allocateMoney(signed, []).signatures.size).toBe(0);
    const unfit = addSeedModel(whole, { ...genesisModel("code"), initial_stake: 1n });
    expect(buildBeginning(unfit)).toEqual({
      ok: false,
      error: "models[1].initial_stake is below the minimum",
    });
  });
});
