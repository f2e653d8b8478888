/**
 * Which protocol a client speaks, by its first bytes: HTTP/2 begins with `PRI * HTTP/2.0`, and no
 * method of HTTP/1.1 begins with `PRI`.
 *
 * @module
 */
const PREFACE = "PRI";

/** What is spoken on a connection. */
export type Protocol = "Http1" | "Http2";

/** The protocol of a connection that begins with `bytes`; `undefined` until it is known. */
export function sniff(bytes: Uint8Array): Protocol | undefined {
  for (let index = 0; index < PREFACE.length; index++) {
    if (index >= bytes.length) return undefined;
    if (bytes[index] !== PREFACE.charCodeAt(index)) return "Http1";
  }
  return "Http2";
}
