/**
 * What `soma balance` and `soma send` do.
 *
 * @module
 */
import { SomaClient } from "../../client/client.ts";
import { wishToMove } from "../../client/costs.ts";
import type { ObjectId } from "../../types/address.ts";
import { formatAddress, formatObjectId, formatSoma } from "../../types/text.ts";
import { type Identity, resolveIdentity } from "../../wallet/identity.ts";
import { balanceView } from "../../wire/json/balance.ts";
import { encodeView } from "../../wire/json/view.ts";
import type { Context } from "../command.ts";
import { addressOf, openAccount } from "../network.ts";
import { contextEnv, openContextWallet } from "../open-wallet.ts";
import { reportTransaction, transact } from "../transact.ts";
import type { TransactionOptions } from "../transaction-options.ts";

type SendOptions = TransactionOptions & {
  readonly to: Identity;
  readonly amount: bigint;
  readonly coin: ObjectId | undefined;
};

/** `balance` */
export async function balanceAction(
  context: Context,
  owner: Identity | undefined,
  withCoins: boolean,
): Promise<void> {
  const { output } = context;
  const wallet = openContextWallet(context);
  const client = new SomaClient(contextEnv(context, wallet).rpc);
  const address = addressOf(wallet, owner);
  const balance = await client.balance(address);
  const coins: [string, bigint][] = [];
  if (withCoins) {
    for await (const { object_id, content } of client.objects(address, "Coin")) {
      if (content.kind === "Coin") coins.push([formatObjectId(object_id), content.balance]);
    }
  }
  const document = encodeView(balanceView, balance) as object;
  output.result(withCoins ? { ...document, coins } : document, () => {
    const rows = [
      ["Address", formatAddress(address)],
      ["Total", output.colors.green(`${formatSoma(balance.total_balance)} SOMA`)],
      ["Shannons", String(balance.total_balance)],
      ["Coins", String(balance.coin_count)],
    ];
    output.table({ title: "Balance", rows });
    if (!withCoins) return;
    const coinRows = coins.map(([id, amount]) => [id, `${formatSoma(amount)} SOMA`]);
    output.table({ title: "Individual Coins", head: ["Object ID", "Balance"], rows: coinRows });
  });
}

/** `send` */
export async function sendAction(context: Context, options: SendOptions): Promise<void> {
  const { amount, coin } = options;
  const recipient = resolveIdentity(options.to, openContextWallet(context).accounts);
  const account = openAccount(context);
  const action = {
    build: (ref: Parameters<Parameters<typeof account.prepare>[0]>[0]) =>
      ({ kind: "TransferCoin", coin: ref, amount, recipient }) as const,
    wish: coin === undefined ? await wishToMove(account.client, amount) : { coin },
  };
  const view = await transact(context, account, action, options);
  if (view !== undefined) reportTransaction(context, view);
}
