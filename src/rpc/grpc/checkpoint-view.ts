/**
 * Checkpoints in gRPC: only what the mask selects is read and written.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";

import { present } from "../../base/assert.ts";
import type { FinalExecution } from "../../node/io.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import { checkpointDigest } from "../../types/checkpoint.ts";
import { formatDigest } from "../../types/text.ts";
import {
  type Checkpoint,
  CheckpointSchema,
  type ExecutedTransaction,
  ExecutedTransactionSchema,
} from "../../wire/generated/soma_pb.js";
import { contentsMessage, summaryMessage } from "../../wire/grpc/checkpoint.ts";
import { certificateMessage } from "../../wire/grpc/committee.ts";
import { applyMask, type Mask, selects, under } from "../../wire/grpc/mask.ts";
import type { LedgerReader } from "../reader.ts";
import { executedMessage, finalExecution, objectsOf } from "./executed.ts";

/** What `mask` selects of a checkpoint. */
export function checkpointMessage(
  reader: LedgerReader,
  bundle: CheckpointBundle,
  mask: Mask,
): Checkpoint {
  const { summary, certificate, contents } = bundle;
  const transactions = under(mask, "transactions");
  const message = create(CheckpointSchema, {
    sequenceNumber: summary.sequence_number,
    ...(selects(mask, "digest") && { digest: formatDigest(checkpointDigest(summary)) }),
    ...(selects(mask, "summary") && { summary: summaryMessage(summary) }),
    ...(selects(mask, "signature") && { signature: certificateMessage(certificate) }),
    ...(selects(mask, "contents") && {
      contents: contentsMessage(contents, formatDigest(summary.content_digest)),
    }),
    ...(transactions !== undefined && {
      transactions: transactionsOf(reader, bundle, transactions),
    }),
    ...(selects(mask, "objects") && {
      objects: {
        objects: finalsOf(reader, bundle).flatMap((final) =>
          objectsOf(finalExecution(reader, final)),
        ),
      },
    }),
  });
  return applyMask(CheckpointSchema, mask, message);
}

// Who waits for a transaction asks for digests, which are in the checkpoint itself.
function transactionsOf(
  reader: LedgerReader,
  bundle: CheckpointBundle,
  mask: Mask,
): ExecutedTransaction[] {
  if (mask !== "All" && mask.size === 1 && mask.has("digest")) {
    return bundle.contents.transactions.map(({ transaction }) =>
      create(ExecutedTransactionSchema, { digest: formatDigest(transaction) }),
    );
  }
  return finalsOf(reader, bundle).map((final) =>
    executedMessage(finalExecution(reader, final), mask),
  );
}

function finalsOf(reader: LedgerReader, { contents }: CheckpointBundle): FinalExecution[] {
  return contents.transactions.map(({ transaction }) =>
    present(reader.transaction(transaction), "a transaction of a checkpoint"),
  );
}
