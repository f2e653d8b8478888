/**
 * How founders who do not trust each other begin a network: they agree on one configuration, each
 * builds the same first checkpoint from it and signs that, and when a quorum has, the beginning is
 * final. Whatever changes the configuration makes all signatures worthless.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import { certificateCheck, checkpointMessage } from "../checkpoint/certify.ts";
import { blsAggregate, blsSign, blsVerify } from "../crypto/bls.ts";
import { buildGenesis, type Genesis } from "../ledger/genesis/build.ts";
import {
  checkProofs,
  type GenesisConfig,
  type GenesisModel,
  type GenesisValidator,
} from "../ledger/genesis/config.ts";
import type { Address } from "../types/address.ts";
import { authorityOfAddress } from "../types/committee.ts";
import type { GenesisBlob } from "../types/genesis.ts";

/** A beginning that is being agreed on. */
export type Ceremony = {
  readonly config: GenesisConfig;
  /** Signatures of the first checkpoint, by account of the founder. */
  readonly signatures: ReadonlyMap<Address, Uint8Array>;
};

/** A ceremony in which nobody has signed. */
export function openCeremony(config: GenesisConfig): Ceremony {
  return { config, signatures: new Map() };
}

/** Adds a founder, whose keys must be his own. */
export function addFounder(
  { config }: Ceremony,
  validator: GenesisValidator,
): Result<Ceremony, string> {
  const fault = checkProofs({ validators: [validator] });
  if (fault !== undefined) return err(fault.replace("validators[0].", ""));
  const taken = config.validators.some(({ account }) => account === validator.account);
  if (taken) return err("account: this founder takes part already");
  return ok(openCeremony({ ...config, validators: [...config.validators, validator] }));
}

/** Adds a model that competes from the first epoch on. */
export function addSeedModel({ config }: Ceremony, model: GenesisModel): Ceremony {
  return openCeremony({ ...config, models: [...config.models, model] });
}

/** Says who has money from the beginning. */
export function allocateMoney(
  { config }: Ceremony,
  allocations: GenesisConfig["allocations"],
): Ceremony {
  return openCeremony({ ...config, allocations });
}

/** The beginning as it stands: the same for every founder with the same configuration. */
export function buildBeginning({ config }: Ceremony): Result<Genesis, string> {
  const genesis = buildGenesis(config);
  if (!genesis.ok) return genesis;
  const fault = checkProofs(config);
  return fault === undefined ? genesis : err(fault);
}

/** A founder's signature of the first checkpoint. */
export function signBeginning(genesis: Genesis, secretKey: Uint8Array): Uint8Array {
  return blsSign(secretKey, checkpointMessage(genesis.summary));
}

/** Takes the signature of a founder, if it is one of this beginning. */
export function addSignature(
  ceremony: Ceremony,
  genesis: Genesis,
  founder: Address,
  signature: Uint8Array,
): Result<Ceremony, string> {
  const authority = authorityOfAddress(genesis.committee, founder);
  const member = authority === undefined ? undefined : genesis.committee.members[authority];
  if (member === undefined) return err("the signer is no founder");
  const message = checkpointMessage(genesis.summary);
  if (!blsVerify(member.protocol_key, message, signature)) {
    return err("the signature is not one of this beginning: build it again and compare");
  }
  const signatures = new Map([...ceremony.signatures, [founder, signature]]);
  return ok({ ...ceremony, signatures });
}

/** The final beginning, once founders with a quorum of the voting power have signed it. */
export function concludeCeremony(
  { signatures }: Ceremony,
  genesis: Genesis,
): Result<GenesisBlob, string> {
  const { committee, objects, transaction, effects, contents, summary } = genesis;
  const signed = committee.members.flatMap(({ address }, signer) => {
    const signature = signatures.get(address);
    return signature === undefined ? [] : [{ signer, signature }];
  });
  const sum = blsAggregate(signed.map(({ signature }) => signature));
  if (sum === undefined) return err("nobody has signed");
  const signers = signed.map(({ signer }) => signer);
  const certificate = { epoch: summary.epoch, signature: sum, signers };
  const check = certificateCheck(summary, certificate, committee);
  if (typeof check === "string") return err(check);
  return ok({
    committee,
    objects,
    transaction,
    effects,
    contents,
    checkpoint: { summary, certificate },
  });
}
