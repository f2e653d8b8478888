/**
 * A user's key: an Ed25519 seed with its address, and signatures of transactions by it.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import { ed25519Address } from "../crypto/address.ts";
import { formatSecretKey, parseSecretKey } from "../crypto/bech32.ts";
import { DEFAULT_PATH, parsePath } from "../crypto/derive.ts";
import { ed25519PublicKey } from "../crypto/ed25519.ts";
import { parseMnemonic, seedFromMnemonic } from "../crypto/mnemonic.ts";
import { signDigest } from "../crypto/user-signature.ts";
import { type Address, toAddress } from "../types/address.ts";
import {
  type SignedTransaction,
  signingDigest,
  type TransactionData,
} from "../types/transaction.ts";

const SEED_BYTES = 32;
const HEX_SEED = /^(?:0x)?([0-9a-fA-F]{64})$/;

/** A secret key and what follows from it. */
export class Keypair {
  readonly publicKey: Uint8Array;
  readonly address: Address;
  private readonly seed: Uint8Array;

  /** The key of a 32-byte seed. */
  constructor(seed: Uint8Array) {
    assert(seed.length === SEED_BYTES, "a seed has 32 bytes");
    this.seed = seed;
    this.publicKey = ed25519PublicKey(seed);
    this.address = toAddress(ed25519Address(this.publicKey));
  }

  /** A new key; `random` replaces the system's randomness. */
  static generate(random: Uint8Array = crypto.getRandomValues(new Uint8Array(32))): Keypair {
    return new Keypair(random);
  }

  /** The key in `somaprivkey1…` or in 64 hex digits. */
  static parse(text: string): Result<Keypair, string> {
    const hex = HEX_SEED.exec(text)?.[1];
    if (hex !== undefined) return ok(new Keypair(Uint8Array.fromHex(hex)));
    const seed = parseSecretKey(text);
    return seed.ok ? ok(new Keypair(seed.value)) : seed;
  }

  /** The key of a recovery phrase. */
  static fromMnemonic(text: string, path: string = DEFAULT_PATH): Result<Keypair, string> {
    const phrase = parseMnemonic(text);
    if (!phrase.ok) return phrase;
    const indices = parsePath(path);
    if (!indices.ok) return err(indices.error);
    return ok(new Keypair(seedFromMnemonic(phrase.value, indices.value)));
  }

  /** The secret key as `somaprivkey1…`. */
  toSecretText(): string {
    return formatSecretKey(this.seed);
  }

  /** The secret key as 64 hex digits. */
  toSecretHex(): string {
    return this.seed.toHex();
  }

  /** The transaction with this key's signature. */
  sign(data: TransactionData): SignedTransaction {
    assert(data.sender === this.address, "the sender signs its own transactions");
    return { data, signatures: [signDigest(this.seed, signingDigest(data))] };
  }
}
