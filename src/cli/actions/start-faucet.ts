/**
 * What `soma start faucet` does: gives away the coins of the active account to whoever asks.
 *
 * @module
 */
import { SYSTEM_CLOCK } from "../../base/clock.ts";
import { createLogger, type LogOptions } from "../../base/log.ts";
import { clientChain } from "../../faucet/client-chain.ts";
import { Dispenser } from "../../faucet/dispenser.ts";
import { Giver } from "../../faucet/giver.ts";
import { faucetMethods } from "../../faucet/grpc.ts";
import { createFaucetApp } from "../../faucet/service.ts";
import { formatAddress } from "../../types/text.ts";
import { somaText } from "../amounts.ts";
import type { Context } from "../command.ts";
import { type ListenAddress, listenOn } from "../listen.ts";
import { openAccount } from "../network.ts";
import { serveUntilStopped, type Service } from "../serve.ts";

type Options = ListenAddress & {
  readonly amount: bigint;
  readonly numCoins: number;
  readonly logLevel: LogOptions["level"];
};

/** `start faucet` */
export async function startFaucetAction(context: Context, options: Options): Promise<void> {
  await serveUntilStopped(context, () => startFaucet(context, options));
  context.output.note("Stopped.");
}

async function startFaucet(context: Context, options: Options): Promise<Service> {
  const { client, keypair } = openAccount(context);
  const { chain } = await client.info();
  const log = createLogger({ level: options.logLevel }).named("faucet");
  const { amount, numCoins: coinCount } = options;
  const port = listenOn(options);
  const dispenser = new Dispenser({
    chain: clientChain(client),
    owner: keypair.address,
    sign: (data) => keypair.sign(data),
    amount,
    coinCount,
    log,
  });
  const giver = new Giver(dispenser, SYSTEM_CLOCK);
  const app = createFaucetApp({ giver, log });
  await port.serve({
    http: (request) => app.fetch(request),
    methods: faucetMethods(giver),
    report: (error) => log.error(String(error)),
  });
  const url = `http://${options.host}:${port.port}`;
  const address = formatAddress(keypair.address);
  const { output } = context;
  const document = { url, address, chain, rpc_url: client.url, amount, num_coins: coinCount };
  output.result(document, () => {
    output.line(`Faucet listening on ${url} for ${chain} at ${client.url}.`);
    output.line(`It gives ${coinCount} × ${somaText(amount)} of ${address}.`);
    output.note("Press Ctrl+C to stop.");
  });
  return {
    failed: new Promise<never>(() => undefined),
    stop: () => port.stop().finally(() => dispenser.stop()),
  };
}
