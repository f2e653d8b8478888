/**
 * What `soma faucet` does: asks for coins and says which came.
 *
 * @module
 */
import { requestCoins } from "../../client/faucet.ts";
import { formatAddress, formatDigest, formatObjectId, formatSoma } from "../../types/text.ts";
import { serviceUrl } from "../../wallet/environments.ts";
import type { Identity } from "../../wallet/identity.ts";
import { faucetView } from "../../wire/json/faucet.ts";
import { encodeView } from "../../wire/json/view.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { addressOf } from "../network.ts";
import { contextEnv, openContextWallet } from "../open-wallet.ts";

type Options = { readonly address: Identity | undefined; readonly url: string | undefined };

/** `faucet` */
export async function faucetAction(context: Context, options: Options): Promise<void> {
  const { deps, output } = context;
  const wallet = openContextWallet(context);
  const recipient = addressOf(wallet, options.address);
  const url = options.url ?? serviceUrl(contextEnv(context, wallet), "faucet");
  output.note(`Requesting tokens from ${url} for ${formatAddress(recipient)}`);
  const answer = await interruptible(deps, "coins may come all the same", (signal) =>
    requestCoins(url, recipient, signal),
  );
  output.result(encodeView(faucetView, answer), () => {
    output.line(`Received ${answer.coins_sent.length} coins:`);
    for (const { amount, id, transfer_tx_digest: digest } of answer.coins_sent) {
      const name = `id: ${formatObjectId(id)}, tx: ${formatDigest(digest)}`;
      output.line(`  - ${formatSoma(amount)} SOMA (${name})`);
    }
  });
}
