/**
 * Committees in JSON: who validates in an epoch, with the keys that checkpoints are verified by.
 *
 * @module
 */
import { z } from "zod";

import type { CommitteeMember } from "../../types/committee.ts";
import { address, bytes } from "./primitives.ts";
import type { View } from "./view.ts";

/** A member of a committee. */
export const committeeMember: View<CommitteeMember> = z.object({
  address,
  voting_power: z.int(),
  protocol_key: bytes,
  network_key: bytes,
  worker_key: bytes,
  consensus_address: z.string(),
  hostname: z.string(),
});
