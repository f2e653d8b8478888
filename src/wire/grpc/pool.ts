/**
 * Staking pools in gRPC.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import type { StakingPool } from "../../types/pool.ts";
import { formatObjectId } from "../../types/text.ts";
import type { StakingPoolSchema } from "../generated/soma_pb.js";
import { given } from "./kind-message.ts";

/** A staking pool. */
export function poolMessage(pool: StakingPool): MessageInitShape<typeof StakingPoolSchema> {
  const rates = [...pool.exchange_rates].map(([epoch, rate]) => [
    String(epoch),
    { somaAmount: rate.soma_amount, poolTokenAmount: rate.pool_token_amount },
  ]);
  return {
    id: formatObjectId(pool.id),
    ...given({
      activationEpoch: pool.activation_epoch,
      deactivationEpoch: pool.deactivation_epoch,
    }),
    somaBalance: pool.soma_balance,
    rewardsPool: pool.rewards_pool,
    poolTokenBalance: pool.pool_token_balance,
    exchangeRates: Object.fromEntries(rates),
    pendingStake: pool.pending_stake,
    pendingTotalSomaWithdraw: pool.pending_total_soma_withdraw,
    pendingPoolTokenWithdraw: pool.pending_pool_token_withdraw,
  };
}
