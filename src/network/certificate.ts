/**
 * Self-signed X.509 certificates (RFC 5280) whose key is a node's Ed25519 network key (RFC 8410),
 * written in DER. Nobody vouches for them: peers compare the key inside with the one they expect.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { concatBytes, fromHex, utf8 } from "../base/bytes.ts";
import { ED25519_SEED_BYTES, ed25519PublicKey, ed25519Sign } from "../crypto/ed25519.ts";

/** A certificate and its secret key in the form TLS libraries read. */
export type Certificate = { readonly certificatePem: string; readonly keyPem: string };

/** When a certificate may be used, in Unix time. */
export type Validity = { readonly fromMs: number; readonly toMs: number };

const COMMON_NAME = "soma";
const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  dnsName: 0x82,
  version: 0xa0,
  extensions: 0xa3,
} as const;
const OID_ED25519 = fromHex("06032b6570");
const OID_COMMON_NAME = fromHex("0603550403");
const OID_ALTERNATIVE_NAME = fromHex("0603551d11");
const PKCS8_HEADER = fromHex("302e020100300506032b657004220420");
const UTC_TIME_YEARS_END = 2050;

/** A certificate for the network key with the given secret `seed`, signed by itself. */
export function issueCertificate(seed: Uint8Array, validity: Validity): Certificate {
  assert(seed.length === ED25519_SEED_BYTES, "network seed has 32 bytes");
  assert(validity.fromMs < validity.toMs, "a certificate is valid for some time");
  const body = certificateBody(ed25519PublicKey(seed), validity);
  const algorithm = der(TAG.sequence, OID_ED25519);
  const signature = der(TAG.bitString, Uint8Array.of(0), ed25519Sign(seed, body));
  return {
    certificatePem: pem("CERTIFICATE", der(TAG.sequence, body, algorithm, signature)),
    keyPem: pem("PRIVATE KEY", concatBytes(PKCS8_HEADER, seed)),
  };
}

/** The part of a certificate that is signed (`TBSCertificate`, RFC 5280 §4.1). */
function certificateBody(publicKey: Uint8Array, validity: Validity): Uint8Array {
  const algorithm = der(TAG.sequence, OID_ED25519);
  const name = distinguishedName(COMMON_NAME);
  // The serial is positive and unique to the key: a leading 1 and most of the key.
  const serial = concatBytes(Uint8Array.of(1), publicKey.subarray(0, 15));
  return der(
    TAG.sequence,
    der(TAG.version, der(TAG.integer, Uint8Array.of(2))),
    der(TAG.integer, serial),
    algorithm,
    name,
    der(TAG.sequence, time(validity.fromMs), time(validity.toMs)),
    name,
    der(TAG.sequence, algorithm, der(TAG.bitString, Uint8Array.of(0), publicKey)),
    der(TAG.extensions, der(TAG.sequence, alternativeName(COMMON_NAME))),
  );
}

function distinguishedName(commonName: string): Uint8Array {
  const text = der(TAG.utf8String, utf8(commonName));
  return der(TAG.sequence, der(TAG.set, der(TAG.sequence, OID_COMMON_NAME, text)));
}

function alternativeName(host: string): Uint8Array {
  const names = der(TAG.sequence, der(TAG.dnsName, utf8(host)));
  return der(TAG.sequence, OID_ALTERNATIVE_NAME, der(TAG.octetString, names));
}

// RFC 5280 §4.1.2.5: two-digit years until 2049, four digits from 2050 on; seconds, always UTC.
function time(unixMs: number): Uint8Array {
  const moment = new Date(unixMs);
  const digits = moment.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return moment.getUTCFullYear() < UTC_TIME_YEARS_END
    ? der(TAG.utcTime, utf8(`${digits.slice(2)}Z`))
    : der(TAG.generalizedTime, utf8(`${digits}Z`));
}

function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  return concatBytes(Uint8Array.of(tag), derLength(content.length), content);
}

function derLength(sizeBytes: number): Uint8Array {
  assert(sizeBytes < 0x1_0000, "a certificate is small");
  if (sizeBytes < 0x80) return Uint8Array.of(sizeBytes);
  if (sizeBytes < 0x100) return Uint8Array.of(0x81, sizeBytes);
  return Uint8Array.of(0x82, sizeBytes >> 8, sizeBytes & 0xff);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
