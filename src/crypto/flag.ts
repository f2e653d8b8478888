/**
 * Scheme flags: the first byte of stored keys, of signatures and of what an address hashes.
 *
 * @module
 */

/** The flag of each signature scheme. */
export const FLAG = { ed25519: 0, bls: 1, multisig: 2 } as const;
