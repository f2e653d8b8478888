/**
 * The first record of every node's chain: the genesis checkpoint with the state it stands for. No
 * committee certified it; a node has it because its operator chose this network.
 *
 * @module
 */
import { LiveSet } from "../checkpoint/live-set.ts";
import type { Genesis } from "../ledger/genesis/build.ts";
import { checkpointDigest } from "../types/checkpoint.ts";
import { stateDigest } from "../types/entry.ts";
import { AUTHORITY_SIGNATURE_BYTES } from "../types/validator.ts";
import { NO_PROGRESS } from "./epoch.ts";
import type { CheckpointRecord } from "./io.ts";

// The compressed point at infinity: the sum of no signatures.
const INFINITY_FLAG = 0xc0;

/** The record of the genesis checkpoint. */
export function genesisRecord(genesis: Genesis): CheckpointRecord {
  const { summary, contents, transaction, effects, objects } = genesis;
  const signature = new Uint8Array(AUTHORITY_SIGNATURE_BYTES);
  signature[0] = INFINITY_FLAG;
  const certificate = { epoch: summary.epoch, signature, signers: [] };
  const changes = objects.map((object) => {
    const { id, version } = object;
    return { id, before: undefined, after: { version, digest: stateDigest(object) } };
  });
  return {
    bundle: { summary, certificate, contents, transactions: [transaction] },
    digest: checkpointDigest(summary),
    executed: [{ digest: effects.transaction_digest, transaction, effects }],
    superseded: [],
    written: objects,
    deleted: [],
    liveSet: new LiveSet().with(changes).toBytes(),
    progress: NO_PROGRESS,
  };
}
