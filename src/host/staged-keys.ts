/**
 * Tells an operator, while there is time, whether the node holds the keys that its validator has
 * staged for the next epoch.
 *
 * @module
 */
import { equalBytes, fromHex } from "../base/bytes.ts";
import type { Logger } from "../base/log.ts";
import { readContent, type StateReader } from "../ledger/view.ts";
import type { HeldKeys } from "../node/seat.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { VALIDATOR_INDEX_ID, validatorEntryId } from "../types/entry.ts";
import type { ValidatorMetadata } from "../types/validator.ts";
import type { KeyRing } from "./key-ring.ts";
import { KEY_KINDS, type KeyKind } from "./next-keys.ts";

/** What is looked at, and who is told. */
export type StagedKeysSources = {
  readonly keys: Pick<KeyRing, "read">;
  readonly state: StateReader;
  readonly log: Logger;
};

/** The staged keys of one node's validator. */
export class StagedKeys {
  private readonly sources: StagedKeysSources;
  private entry: ObjectId | undefined;
  private seen: bigint | undefined;

  constructor(sources: StagedKeysSources) {
    this.sources = sources;
  }

  /** An epoch begins, in which the node has the seat of `owner`, if it has one. */
  enter(owner: Address | undefined): void {
    const index = readContent(this.sources.state, "ValidatorIndex", VALIDATOR_INDEX_ID);
    const pool = index?.active.find(({ address }) => address === owner)?.pool_id;
    this.entry = pool && validatorEntryId(pool);
    this.refresh();
  }

  /** A checkpoint was written, and with it keys may have been staged. */
  refresh(): void {
    const { state } = this.sources;
    if (this.entry === undefined) return;
    const version = state.find(this.entry)?.version;
    if (version === this.seen) return;
    this.seen = version;
    const entry = readContent(state, "Validator", this.entry);
    if (entry !== undefined) this.tell(entry.metadata);
  }

  private tell(metadata: ValidatorMetadata): void {
    const { keys, log } = this.sources;
    const staged = stagedKeys(metadata);
    const changing = KEY_KINDS.filter((kind) => staged[kind] !== undefined);
    if (changing.length === 0) return;
    const held = publicKeys(keys.read());
    const missing = changing.filter(
      (kind) => !held[kind].some((key) => equalBytes(key, staged[kind]!)),
    );
    if (missing.length === 0) log.info(`next epoch's keys are here: ${changing.join(", ")}`);
    else log.warn(`this validator will have no seat in the next epoch: ${advice(missing)}`);
  }
}

function advice(missing: readonly KeyKind[]): string {
  const files = missing.map((kind) => `next_${kind}_key_pair`).join(", ");
  return `put its staged keys into the files that the configuration names as ${files}`;
}

function stagedKeys(metadata: ValidatorMetadata): Record<KeyKind, Uint8Array | undefined> {
  return {
    protocol: metadata.next_epoch_protocol_pubkey,
    worker: metadata.next_epoch_worker_pubkey,
    network: metadata.next_epoch_network_pubkey,
  };
}

function publicKeys(held: HeldKeys): Record<KeyKind, readonly Uint8Array[]> {
  return {
    protocol: held.protocol,
    worker: held.worker.map(({ workerKey }) => workerKey),
    network: held.network.map(fromHex),
  };
}
