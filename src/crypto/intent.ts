/**
 * Intents: three bytes in front of everything that is signed, which say what kind of statement it
 * is, so that a signature made for one purpose means nothing for another.
 *
 * @module
 */
import { concatBytes, u64le } from "../base/bytes.ts";

/** What a signature is about. */
export const SCOPE = {
  transactionData: 0,
  consensusBlock: 1,
  senderSignedTransaction: 2,
  transactionEffects: 3,
  discoveryPeers: 4,
  commitSummary: 5,
  validatorSet: 6,
  checkpointSummary: 7,
  proofOfPossession: 8,
} as const;

/** Whose statement it is: that of the consensus engine or that of the ledger. */
export const APP = { consensus: 0, soma: 1 } as const;

/** One of the scopes. */
export type Scope = (typeof SCOPE)[keyof typeof SCOPE];
/** One of the apps. */
export type App = (typeof APP)[keyof typeof APP];

const VERSION = 0;

/** The bytes of a statement: its intent, then its BCS `body`. */
export function intentMessage(scope: Scope, body: Uint8Array, app: App = APP.soma): Uint8Array {
  return concatBytes(new Uint8Array([scope, VERSION, app]), body);
}

/** What an authority signs: a statement, bound to the epoch whose committee it belongs to. */
export function authorityMessage(scope: Scope, body: Uint8Array, epoch: bigint): Uint8Array {
  return concatBytes(intentMessage(scope, body), u64le(epoch));
}
