/**
 * Multisig: up to ten Ed25519 keys with weights sign for one address together; the weights of those
 * that signed must reach the threshold. Signatures stand in the order of their keys, and a bitmap
 * says whose they are. Members are single keys, never committees themselves.
 *
 * @module
 */
import { equalBytes } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import {
  type Codec,
  fixedBytes,
  struct,
  tagged,
  transform,
  u8,
  u16,
  vector,
} from "../bcs/schema.ts";
import { ED25519_PUBLIC_KEY_BYTES, ED25519_SIGNATURE_BYTES, ed25519Verify } from "./ed25519.ts";

/** Most members of a committee. */
export const MULTISIG_MEMBERS_MAX = 10;
const WEIGHT_MAX = 255;

/** A key and how much its signature counts. */
export type MultisigMember = { readonly public_key: Uint8Array; readonly weight: number };

/** Who may sign together, and how much weight it takes. */
export type MultisigCommittee = {
  readonly pk_map: readonly MultisigMember[];
  readonly threshold: number;
};

/** Signatures of members, whose positions are the set bits of `bitmap`. */
export type Multisig = {
  readonly sigs: readonly Uint8Array[];
  readonly bitmap: number;
  readonly multisig_pk: MultisigCommittee;
};

const member: Codec<MultisigMember> = struct<MultisigMember>("MultisigMember", {
  public_key: ed25519Variant("PublicKey", ED25519_PUBLIC_KEY_BYTES),
  weight: u8,
});

const multisigCommittee: Codec<MultisigCommittee> = struct<MultisigCommittee>("MultisigCommittee", {
  pk_map: vector(member, MULTISIG_MEMBERS_MAX),
  threshold: u16,
});

/** The BCS of a multisig. */
export const multisig: Codec<Multisig> = struct<Multisig>("Multisig", {
  sigs: vector(ed25519Variant("Signature", ED25519_SIGNATURE_BYTES), MULTISIG_MEMBERS_MAX),
  bitmap: u16,
  multisig_pk: multisigCommittee,
});

/** Why a committee is not allowed; `undefined` when it is. */
export function checkMultisigCommittee(committee: MultisigCommittee): string | undefined {
  const { pk_map: members, threshold } = committee;
  if (members.length === 0) return "a multisig committee has at least one member";
  if (members.length > MULTISIG_MEMBERS_MAX) {
    return `a multisig committee has at most ${MULTISIG_MEMBERS_MAX} members`;
  }
  if (!members.every(({ weight }) => isWeight(weight))) return "a multisig weight is 1 to 255";
  if (new Set(members.map((item) => item.public_key.toHex())).size < members.length) {
    return "a multisig committee has no key twice";
  }
  if (!(threshold >= 1)) return "the multisig threshold is at least 1";
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  if (threshold > total) return "the multisig threshold exceeds the sum of the weights";
  return undefined;
}

/** Why `multisig` is no valid signature of `message`; `undefined` when it is. */
export function verifyMultisig(value: Multisig, message: Uint8Array): string | undefined {
  const fault = checkMultisigCommittee(value.multisig_pk) ?? checkBitmap(value);
  if (fault !== undefined) return fault;
  const signers = value.multisig_pk.pk_map.filter((_, index) => isSet(value.bitmap, index));
  for (const [index, { public_key }] of signers.entries()) {
    if (!ed25519Verify(public_key, message, value.sigs[index]!)) {
      return `multisig signature ${index} is not valid`;
    }
  }
  const weight = signers.reduce((sum, signer) => sum + signer.weight, 0);
  const { threshold } = value.multisig_pk;
  if (weight < threshold) return `Insufficient weight=${weight} threshold=${threshold}`;
  return undefined;
}

/** The multisig of signatures by members, in any order, or why they do not combine. */
export function combineMultisig(
  committee: MultisigCommittee,
  signatures: readonly { readonly publicKey: Uint8Array; readonly signature: Uint8Array }[],
): Result<Multisig, string> {
  const fault = checkMultisigCommittee(committee);
  if (fault !== undefined) return err(fault);
  if (signatures.length === 0) return err("a multisig takes at least one signature");
  const byIndex = new Map<number, Uint8Array>();
  for (const { publicKey, signature } of signatures) {
    const index = committee.pk_map.findIndex((item) => equalBytes(item.public_key, publicKey));
    if (index < 0) return err("a signature is not by a member of the multisig committee");
    if (byIndex.has(index)) return err("a member of the multisig committee signed twice");
    byIndex.set(index, signature);
  }
  const indices = [...byIndex.keys()].toSorted((left, right) => left - right);
  return ok({
    sigs: indices.map((index) => byIndex.get(index)!),
    bitmap: indices.reduce((bits, index) => bits | (1 << index), 0),
    multisig_pk: committee,
  });
}

function checkBitmap({ sigs, bitmap, multisig_pk }: Multisig): string | undefined {
  if (bitmap >>> multisig_pk.pk_map.length !== 0) return "the multisig bitmap names no member";
  const signers = multisig_pk.pk_map.filter((_, index) => isSet(bitmap, index));
  if (signers.length === 0) return "a multisig takes at least one signature";
  if (signers.length !== sigs.length) return "the multisig bitmap does not match the signatures";
  return undefined;
}

function isWeight(weight: number): boolean {
  return Number.isInteger(weight) && weight >= 1 && weight <= WEIGHT_MAX;
}

function isSet(bitmap: number, index: number): boolean {
  return ((bitmap >>> index) & 1) === 1;
}

/** Bytes of the one scheme that members may have, behind its tag. */
function ed25519Variant(name: string, size: number): Codec<Uint8Array> {
  type Variant = { readonly kind: "Ed25519"; readonly content: Uint8Array };
  return transform(
    tagged<Variant>(name, { Ed25519: { content: fixedBytes(size) } }),
    ({ content }): Uint8Array => content,
    (content): Variant => ({ kind: "Ed25519", content }),
  );
}
