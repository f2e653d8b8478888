/**
 * Epochs in JSON.
 *
 * @module
 */
import { z } from "zod";

import type { CommitteeMember } from "../../types/committee.ts";
import { committeeMember } from "./committee.ts";
import { count, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** An epoch; what only its end shows is absent while it goes on. */
export type EpochView = {
  readonly epoch: bigint;
  readonly start_timestamp_ms: bigint;
  readonly end_timestamp_ms?: bigint | undefined;
  readonly first_checkpoint: bigint;
  readonly last_checkpoint?: bigint | undefined;
  readonly protocol_version: bigint;
  readonly committee: readonly CommitteeMember[];
};

/** An epoch in JSON. */
export const epochView: View<EpochView> = z.object({
  epoch: count,
  start_timestamp_ms: u64,
  end_timestamp_ms: u64.optional(),
  first_checkpoint: u64,
  last_checkpoint: u64.optional(),
  protocol_version: u64,
  committee: z.array(committeeMember),
});
