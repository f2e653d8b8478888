/**
 * What `soma stake` and `soma unstake` do.
 *
 * @module
 */
import { SomaError, usageError } from "../../base/errors.ts";
import type { SomaClient } from "../../client/client.ts";
import { wishToMove } from "../../client/costs.ts";
import type { BuildKind, CoinWish } from "../../client/transact.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatObjectId } from "../../types/text.ts";
import { type Identity, resolveIdentity } from "../../wallet/identity.ts";
import type { Context } from "../command.ts";
import { openAccount } from "../network.ts";
import { openContextWallet } from "../open-wallet.ts";
import { openOwned } from "../owned-object.ts";
import { reportTransaction, transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";

type StakeOptions = TransactionOptions & {
  readonly validator: Identity | undefined;
  readonly model: ObjectId | undefined;
  readonly amount: bigint | undefined;
  readonly coin: ObjectId | undefined;
};

/** `stake` */
export async function stakeAction(context: Context, options: StakeOptions): Promise<void> {
  const build = stakeOf(context, options);
  const account = openAccount(context);
  const wish = await wishOf(account.client, options);
  const view = await transact(context, account, { build, wish }, options);
  if (view !== undefined) reportTransaction(context, view);
}

/** `unstake` */
export async function unstakeAction(
  context: Context,
  id: ObjectId,
  options: TransactionOptions,
): Promise<void> {
  const { account, object, content } = await openOwned(context, id);
  if (content.kind !== "StakedSoma") {
    throw new SomaError("not_a_stake", `object ${formatObjectId(id)} is not a stake`, {
      hint: "see `soma objects list` for yours",
    });
  }
  const kind = { kind: "WithdrawStake", staked_soma: object } as const;
  const view = await transact(context, account, { build: () => kind }, options);
  if (view !== undefined) reportTransaction(context, view);
}

async function wishOf(client: SomaClient, { amount, coin }: StakeOptions): Promise<CoinWish> {
  // Without an amount all of a coin is staked.
  return coin !== undefined || amount === undefined ? { coin } : wishToMove(client, amount);
}

function stakeOf(context: Context, { validator, model, amount }: StakeOptions): BuildKind {
  if (validator !== undefined && model === undefined) {
    const address = resolveIdentity(validator, openContextWallet(context).accounts);
    return (coin_ref) => ({ kind: "AddStake", address, coin_ref, amount });
  }
  if (model !== undefined && validator === undefined) {
    return (coin_ref) => ({ kind: "AddStakeToModel", model_id: model, coin_ref, amount });
  }
  throw usageError(
    "a stake goes to one validator or to one model",
    "give either --validator or --model",
  );
}
