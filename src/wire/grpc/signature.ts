/**
 * User signatures in gRPC, written out in parts, and back as the bytes that go with a transaction.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import { concatBytes } from "../../base/bytes.ts";
import { decode, encode } from "../../bcs/schema.ts";
import {
  type Multisig,
  multisig,
  MULTISIG_MEMBERS_MAX,
  type MultisigMember,
} from "../../crypto/multisig.ts";
import {
  type MultisigAggregatedSignature,
  type MultisigMember as MemberMessage,
  SignatureScheme as Scheme,
  type SimpleSignature,
  type UserSignature,
  type UserSignatureSchema,
} from "../generated/soma_pb.js";
import { fixed, present, wholeUpTo } from "./field.ts";
import { invalidField } from "./status.ts";

const SIGNATURE_BYTES = 64;
const KEY_BYTES = 32;
const FLAG_ED25519 = 0;
const FLAG_MULTISIG = 2;
const BITMAP_MAX = 0xffff;
const WEIGHT_MAX = 0xff;

/** A signature in parts; the empty one of the network itself is a key of zeros. */
export function signatureMessage(bytes: Uint8Array): MessageInitShape<typeof UserSignatureSchema> {
  if (bytes[0] === FLAG_MULTISIG) {
    const decoded = decode(multisig, bytes.subarray(1));
    if (decoded.ok) return multisigMessage(decoded.value);
  }
  const signature = bytes.slice(1, 1 + SIGNATURE_BYTES);
  const publicKey = bytes.slice(1 + SIGNATURE_BYTES);
  const simple = { scheme: Scheme.ED25519, signature, publicKey };
  return { scheme: Scheme.ED25519, signature: { case: "simple", value: simple } };
}

/** The bytes of a signature at `path` of a request. */
export function readSignature(message: UserSignature, path: string): Uint8Array {
  const { signature } = message;
  switch (signature.case) {
    case "simple":
      return readSimple(signature.value, `${path}.simple`);
    case "multisig":
      return readMultisig(signature.value, `${path}.multisig`);
    case undefined:
      throw invalidField(path, "has neither `simple` nor `multisig`");
  }
}

function readSimple({ scheme, signature, publicKey }: SimpleSignature, path: string): Uint8Array {
  isEd25519(scheme ?? Scheme.ED25519, `${path}.scheme`);
  return concatBytes(
    new Uint8Array([FLAG_ED25519]),
    fixed(signature, SIGNATURE_BYTES, `${path}.signature`),
    fixed(publicKey, KEY_BYTES, `${path}.public_key`),
  );
}

function readMultisig(message: MultisigAggregatedSignature, path: string): Uint8Array {
  const committee = present(message.committee, `${path}.committee`);
  isShort(message.signatures, `${path}.signatures`);
  isShort(committee.members, `${path}.committee.members`);
  const value: Multisig = {
    sigs: message.signatures.map(({ scheme, signature }, index) => {
      const at = `${path}.signatures[${index}]`;
      isEd25519(scheme ?? Scheme.ED25519, `${at}.scheme`);
      return fixed(signature, SIGNATURE_BYTES, `${at}.signature`);
    }),
    bitmap: wholeUpTo(message.bitmap, BITMAP_MAX, `${path}.bitmap`),
    multisig_pk: {
      pk_map: committee.members.map((member, index) =>
        readMember(member, `${path}.committee.members[${index}]`),
      ),
      threshold: wholeUpTo(committee.threshold, BITMAP_MAX, `${path}.committee.threshold`),
    },
  };
  return concatBytes(new Uint8Array([FLAG_MULTISIG]), encode(multisig, value));
}

function readMember({ publicKey, weight }: MemberMessage, path: string): MultisigMember {
  const key = present(publicKey, `${path}.public_key`);
  isEd25519(key.scheme ?? Scheme.ED25519, `${path}.public_key.scheme`);
  return {
    public_key: fixed(key.publicKey, KEY_BYTES, `${path}.public_key.public_key`),
    weight: wholeUpTo(weight, WEIGHT_MAX, `${path}.weight`),
  };
}

function multisigMessage({
  sigs,
  bitmap,
  multisig_pk: { pk_map, threshold },
}: Multisig): MessageInitShape<typeof UserSignatureSchema> {
  const scheme = Scheme.ED25519;
  const members = pk_map.map(({ public_key, weight }) => {
    return { publicKey: { scheme, publicKey: public_key }, weight };
  });
  const signatures = sigs.map((signature) => ({ scheme, signature }));
  const value = { signatures, bitmap, committee: { members, threshold } };
  return { scheme: Scheme.MULTISIG, signature: { case: "multisig", value } };
}

function isEd25519(scheme: Scheme, path: string): void {
  if (scheme !== Scheme.ED25519) throw invalidField(path, "only ED25519 is allowed here");
}

function isShort(list: readonly unknown[], path: string): void {
  if (list.length > MULTISIG_MEMBERS_MAX) {
    throw invalidField(path, `has ${list.length} items; ${MULTISIG_MEMBERS_MAX} are the most`);
  }
}
