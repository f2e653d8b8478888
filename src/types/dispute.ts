/**
 * The entry of a dispute: which validators say that a filled target is a fraud, each with the
 * voting power it had in the epoch in which it said so. Its key is the id of the target.
 *
 * @module
 */
import { type Codec, map, struct, u16 } from "../bcs/schema.ts";
import { type Address, address } from "./address.ts";
import { COMMITTEE_MEMBERS_MAX } from "./bounds.ts";

/** The reports on one filled target; empty when all that were made are taken back. */
export type Dispute = {
  /** By validator: its voting power, out of 10,000. */
  readonly reports: ReadonlyMap<Address, number>;
};

/** Layout of `Dispute`. */
export const dispute: Codec<Dispute> = struct<Dispute>("Dispute", {
  reports: map(address, u16, COMMITTEE_MEMBERS_MAX),
});
