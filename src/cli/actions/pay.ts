/**
 * What `soma pay`, `soma transfer` and `soma merge-coins` do.
 *
 * @module
 */
import { usageError } from "../../base/errors.ts";
import { isU64 } from "../../base/u64.ts";
import { readCoin } from "../../client/coins.ts";
import { wishToMove } from "../../client/costs.ts";
import type { Account } from "../../client/transact.ts";
import type { ObjectId } from "../../types/address.ts";
import { REFERENCES_MAX } from "../../types/bounds.ts";
import type { ObjectRef } from "../../types/object.ts";
import { formatObjectId } from "../../types/text.ts";
import { type Identity, resolveIdentity } from "../../wallet/identity.ts";
import type { Context } from "../command.ts";
import { openAccount } from "../network.ts";
import { openContextWallet } from "../open-wallet.ts";
import { openOwned } from "../owned-object.ts";
import { awaitFinality, reportTransaction, transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";

type PayOptions = TransactionOptions & {
  readonly recipients: readonly Identity[];
  readonly amounts: readonly bigint[];
  readonly coins: readonly ObjectId[];
};

type TransferOptions = TransactionOptions & {
  readonly to: Identity;
  readonly objectId: ObjectId;
  readonly gas: ObjectId | undefined;
};

/** `pay` */
export async function payAction(context: Context, options: PayOptions): Promise<void> {
  const { amounts } = options;
  const sum = checkPayments(options);
  const { accounts } = openContextWallet(context);
  const recipients = options.recipients.map((recipient) => resolveIdentity(recipient, accounts));
  const account = openAccount(context);
  const [coin, ...others] = options.coins;
  const refs = await readRefs(account, others);
  const build = (paying: ObjectRef) =>
    ({ kind: "PayCoins", coins: [paying, ...refs], amounts, recipients }) as const;
  const move = { recipients: recipients.length };
  const wish = coin === undefined ? await wishToMove(account.client, sum, move) : { coin };
  const view = await transact(context, account, { build, wish }, options);
  if (view !== undefined) reportTransaction(context, view);
}

/** `transfer` */
export async function transferAction(context: Context, options: TransferOptions): Promise<void> {
  const { objectId, gas, to } = options;
  if (gas === objectId) {
    throw usageError(
      "--gas: a coin cannot pay for its own transfer",
      "name another coin, or send a part of this one with `soma send --coin`",
    );
  }
  const recipient = resolveIdentity(to, openContextWallet(context).accounts);
  const { account, object } = await openOwned(context, objectId);
  const kind = { kind: "TransferObjects", objects: [object], recipient } as const;
  const wish = gas === undefined ? { avoid: objectId } : { coin: gas };
  const view = await transact(context, account, { build: () => kind, wish }, options);
  if (view !== undefined) reportTransaction(context, view);
}

/** `merge-coins` */
export async function mergeCoinsAction(context: Context): Promise<void> {
  const { output } = context;
  const account = openAccount(context);
  const { coin_count: before } = await account.client.balance(account.keypair.address);
  const merge = await awaitFinality(context, (signal) => account.mergeCoins(signal));
  if (merge === undefined) {
    return output.result(null, () =>
      output.line(output.colors.yellow("Nothing to merge: the account has 0 or 1 coins.")),
    );
  }
  const { coinCount, view } = merge;
  reportTransaction(context, view);
  if (view.status.kind !== "Success") return;
  output.line("Coins merged successfully.");
  const left = before - BigInt(coinCount);
  if (left > 0n) output.note(`${left} more coins are left; run it again to merge them too.`);
}

/** The sum of the payments, if they can be made at all. */
function checkPayments({ recipients, amounts, coins }: PayOptions): bigint {
  if (recipients.length !== amounts.length) {
    throw usageError(
      `there are ${recipients.length} recipients and ${amounts.length} amounts`,
      "give one amount for each recipient, in the same order",
    );
  }
  for (const [name, { length }] of Object.entries({ recipients, coins })) {
    if (length <= REFERENCES_MAX) continue;
    const message = `--${name}: there are ${length}; ${REFERENCES_MAX} are the most`;
    throw usageError(message, "pay in several transactions");
  }
  const twice = coins.find((coin, place) => coins.indexOf(coin) < place);
  if (twice !== undefined) {
    throw usageError(`--coins: ${formatObjectId(twice)} is named twice`, "name each coin once");
  }
  const sum = amounts.reduce((total, amount) => total + amount, 0n);
  if (isU64(sum)) return sum;
  throw usageError("--amounts: their sum is more than there can be", "check the amounts");
}

async function readRefs(
  { client }: Account,
  ids: readonly ObjectId[],
): Promise<readonly ObjectRef[]> {
  const refs: ObjectRef[] = [];
  for (const id of ids) refs.push((await readCoin(client, id)).ref);
  return refs;
}
