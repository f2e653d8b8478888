/**
 * Certificates against the runtime's own X.509 parser, and one in full against its frozen bytes.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";

import { toHex } from "../../src/base/bytes.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { type Certificate, issueCertificate } from "../../src/network/certificate.ts";

const SEED = new Uint8Array(32).fill(7);
const VALIDITY = {
  fromMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  toMs: Date.UTC(2027, 11, 31, 23, 59, 59),
};

test("a parser reads back what was written, and the signature is the key's own", () => {
  const parsed = parse(issueCertificate(SEED, VALIDITY));
  expect(parsed.subject).toBe("CN=soma");
  expect(parsed.issuer).toBe("CN=soma");
  expect(parsed.subjectAltName).toBe("DNS:soma");
  expect(Date.parse(parsed.validFrom)).toBe(VALIDITY.fromMs);
  expect(Date.parse(parsed.validTo)).toBe(VALIDITY.toMs);
  expect(parsed.serialNumber.toLowerCase()).toBe(`01${publicKeyHex().slice(0, 30)}`);
  expect(spkiTail(parsed.publicKey.export({ format: "der", type: "spki" }))).toBe(publicKeyHex());
  expect(parsed.verify(parsed.publicKey)).toBe(true);
});

test("the secret key is that of the certificate", () => {
  const { keyPem, certificatePem } = issueCertificate(SEED, VALIDITY);
  expect(parse({ keyPem, certificatePem }).checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
  const exported = createPublicKey(keyPem).export({ format: "der", type: "spki" });
  expect(spkiTail(exported)).toBe(publicKeyHex());
});

test("dates from 2050 on have four-digit years", () => {
  const validity = { fromMs: Date.UTC(2049, 11, 31, 23, 59, 59), toMs: Date.UTC(2050, 0, 1) };
  const parsed = parse(issueCertificate(SEED, validity));
  expect(Date.parse(parsed.validFrom)).toBe(validity.fromMs);
  expect(Date.parse(parsed.validTo)).toBe(validity.toMs);
});

test("a changed byte breaks the signature", () => {
  const { certificatePem, keyPem } = issueCertificate(SEED, VALIDITY);
  const der = new Uint8Array(new X509Certificate(certificatePem).raw);
  const last = der.length - 1;
  der[last] = der[last]! ^ 1;
  const forged = new X509Certificate(der);
  expect(forged.verify(createPublicKey(keyPem))).toBe(false);
});

test("the bytes are frozen", () => {
  const raw = new Uint8Array(parse(issueCertificate(SEED, VALIDITY)).raw);
  expect(toHex(raw)).toBe(FROZEN);
});

const FROZEN = [
  "3081ee3081a1a003020102021001ea4a6c63e29c520abef5507b132ec5300506",
  "032b6570300f310d300b06035504030c04736f6d61301e170d32363031303230",
  "33303430355a170d3237313233313233353935395a300f310d300b0603550403",
  "0c04736f6d61302a300506032b6570032100ea4a6c63e29c520abef5507b132e",
  "c5f9954776aebebe7b92421eea691446d22ca3133011300f0603551d11040830",
  "068204736f6d61300506032b6570034100f3bb343a4d97f1c8c11bf303d13714",
  "210e9c534ddf21c6f7306ff917adf9f258d2055222c02608a37508262839bd25",
  "9076f26d151d094be62df7aaebca1bf600",
].join("");

function parse(certificate: Certificate): X509Certificate {
  return new X509Certificate(certificate.certificatePem);
}

function publicKeyHex(): string {
  return toHex(ed25519PublicKey(SEED));
}

function spkiTail(spki: Uint8Array): string {
  return toHex(new Uint8Array(spki.subarray(spki.length - 32)));
}
