/**
 * Epochs as the chain saw them: a record is opened by the checkpoint that ends the epoch before, or
 * by genesis, and closed by the epoch's own last checkpoint.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { type ContentReader, readContent } from "../ledger/view.ts";
import type { CheckpointRecord } from "../node/io.ts";
import type { EpochRecord } from "../rpc/reader.ts";
import type { Committee } from "../types/committee.ts";
import { EPOCH_STATE_ID, PARAMETERS_ID } from "../types/entry.ts";

/** The record of the first epoch. */
export function firstEpoch(genesis: CheckpointRecord, committee: Committee): EpochRecord {
  const parameters = readContent(writtenBy(genesis), "Parameters", PARAMETERS_ID);
  const { protocol_version } = present(parameters, "the parameters of genesis");
  return openEpoch(genesis, { committee, firstCheckpoint: 0n, protocolVersion: protocol_version });
}

/** The records that the last checkpoint of `current` changes: its own and the next one. */
export function changedEpochs(
  last: CheckpointRecord,
  current: EpochRecord,
): readonly EpochRecord[] {
  const { summary } = last.bundle;
  const end = present(summary.end_of_epoch_data, "the end of an epoch");
  const sequence = summary.sequence_number;
  const closed = { ...current, lastCheckpoint: sequence, endMs: summary.timestamp_ms };
  const next = openEpoch(last, {
    committee: end.next_epoch_validator_committee,
    firstCheckpoint: sequence + 1n,
    protocolVersion: end.next_epoch_protocol_version,
  });
  return [closed, next];
}

function openEpoch(
  record: CheckpointRecord,
  begin: Pick<EpochRecord, "committee" | "firstCheckpoint" | "protocolVersion">,
): EpochRecord {
  const written = readContent(writtenBy(record), "EpochState", EPOCH_STATE_ID);
  const state = present(written, "the state of an epoch that begins");
  return {
    ...begin,
    epoch: state.epoch,
    lastCheckpoint: undefined,
    startMs: state.start_timestamp_ms,
    endMs: undefined,
  };
}

// A checkpoint that begins an epoch writes the entries that say so.
function writtenBy(record: CheckpointRecord): ContentReader {
  return { find: (id) => record.written.find((object) => object.id === id) };
}
