/**
 * TLS 1.3 between nodes (RFC 8446). Both sides show a self-signed certificate; the handshake proves
 * that each holds the secret key, so the library's chain rules are off and ours apply before any
 * byte is parsed: the version is 1.3, there is a certificate, it is in force, its key is Ed25519.
 * Whether the key is one of our peers is for the caller to say.
 *
 * @module
 */
import type { X509Certificate } from "node:crypto";

import { toHex } from "../base/bytes.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Certificate } from "./certificate.ts";

/** The options both ends of a connection are opened with. */
export type TlsOptions = {
  readonly cert: string;
  readonly key: string;
  readonly requestCert: true;
  readonly rejectUnauthorized: false;
  readonly secureOptions: number;
};

/** What is asked of a socket after its handshake. */
export type TlsSocket = {
  readonly getTLSVersion: () => string;
  readonly getPeerX509Certificate: () => X509Certificate | undefined;
};

const VERSION = "TLSv1.3";
// SSL_OP_NO_TLSv1, …v1_1 and …v1_2 of OpenSSL's ssl.h.
const ONLY_TLS_1_3 = 0x0400_0000 | 0x1000_0000 | 0x0800_0000;
const KEY_BYTES = 32;

/** TLS options for our side, listening or calling. */
export function tlsOptions(certificate: Certificate): TlsOptions {
  return {
    cert: certificate.certificatePem,
    key: certificate.keyPem,
    requestCert: true,
    rejectUnauthorized: false,
    secureOptions: ONLY_TLS_1_3,
  };
}

/** The network key the other side has proved to hold, as hex, or why its certificate is no good. */
export function checkPeerCertificate(socket: TlsSocket, nowMs: number): Result<string, string> {
  if (socket.getTLSVersion() !== VERSION) return err(`TLS handshake failed or is not ${VERSION}`);
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return err("no certificate");
  if (nowMs < Date.parse(certificate.validFrom)) return err("certificate is not yet valid");
  if (nowMs > Date.parse(certificate.validTo)) return err("certificate has expired");
  const key = certificate.publicKey;
  if (key.asymmetricKeyType !== "ed25519") return err("certificate key is not Ed25519");
  // RFC 8410 §4: the key is the tail of its SubjectPublicKeyInfo.
  const spki = key.export({ format: "der", type: "spki" });
  return ok(toHex(new Uint8Array(spki.subarray(spki.length - KEY_BYTES))));
}
