/**
 * Encrypts and decrypts model weights as they stream by (AES-256-CTR; both are the same operation),
 * so that a file of gigabytes is never whole in memory.
 *
 * @module
 */
import { AesCtr } from "../crypto/aes-ctr.ts";

/** The chunks of `source`, encrypted or decrypted with `key`; `position` is where they start. */
export async function* applyCipher(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  position = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cipher = new AesCtr(key, position);
  for await (const chunk of source) yield cipher.apply(chunk);
}
