/**
 * The keys of one kind that a node holds: the configured one, the one it validates with, and the
 * one that is to follow. There are never more.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { equalBytes, toHex } from "../base/bytes.ts";

/** A secret key and its public key. */
export type KeyPair = { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };

/** Keys of one kind. */
export class KeyShelf {
  private readonly publicKeyOf: (secretKey: Uint8Array) => Uint8Array;
  private readonly configured: KeyPair | undefined;
  private used: KeyPair | undefined;
  private next: KeyPair | undefined;

  constructor(configured: Uint8Array | undefined, publicKeyOf: KeyShelf["publicKeyOf"]) {
    this.publicKeyOf = publicKeyOf;
    this.configured = configured && this.pairOf(configured);
  }

  /** The keys, the configured one first; each is there once. */
  get pairs(): readonly KeyPair[] {
    const all = [this.configured, this.used, this.next].filter((pair) => pair !== undefined);
    return [...new Map(all.map((pair) => [toHex(pair.publicKey), pair])).values()];
  }

  /** The pair of a public key, in hex, that is held. */
  pair(publicKey: string): KeyPair {
    const pair = this.pairs.find((one) => toHex(one.publicKey) === publicKey);
    return present(pair, "a key that this node holds");
  }

  /** A key is to follow; `undefined` leaves the one that was to. */
  expect(secretKey: Uint8Array | undefined): void {
    if (secretKey === undefined) return;
    if (this.next !== undefined && equalBytes(this.next.secretKey, secretKey)) return;
    this.next = this.pairOf(secretKey);
  }

  /** The node validates with a key that is held; whether that is another than before. */
  use(publicKey: string): boolean {
    const before = this.used ?? this.configured;
    this.used = this.pair(publicKey);
    return before !== undefined && !equalBytes(before.publicKey, this.used.publicKey);
  }

  private pairOf(secretKey: Uint8Array): KeyPair {
    return { secretKey, publicKey: this.publicKeyOf(secretKey) };
  }
}
