/**
 * A receipt for money that works in the pool of a validator or model. What it is worth follows from
 * the pool's exchange rates at activation and at withdrawal.
 *
 * @module
 */
import { type Codec, struct, u64 } from "../bcs/schema.ts";
import { type ObjectId, objectId } from "./address.ts";

/** Stake in a pool; it earns from `stake_activation_epoch` on. */
export type StakedSoma = {
  readonly pool_id: ObjectId;
  readonly stake_activation_epoch: bigint;
  readonly principal: bigint;
};

/** Layout of `StakedSoma`. */
export const stakedSoma: Codec<StakedSoma> = struct<StakedSoma>("StakedSoma", {
  pool_id: objectId,
  stake_activation_epoch: u64,
  principal: u64,
});
