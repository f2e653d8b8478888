/**
 * What `soma epoch advance` does: asks the admin service, which answers when all nodes are there.
 *
 * @module
 */
import { Services } from "../../client/services.ts";
import { serviceUrl } from "../../wallet/environments.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { contextEnv, openContextConfiguration } from "../open-wallet.ts";
import { startProgress } from "../progress.ts";

/** `epoch advance` */
export async function advanceEpochAction(
  context: Context,
  given: string | undefined,
): Promise<void> {
  const { deps, output } = context;
  const url = given ?? serviceUrl(contextEnv(context, openContextConfiguration(context)), "admin");
  const progress = startProgress(context, "Ending the epoch");
  const services = new Services({ admin: url });
  const epoch = await interruptible(deps, "the epoch may end all the same", (signal) =>
    services.advanceEpoch(signal),
  ).finally(() => progress.finish());
  output.result({ epoch: Number(epoch) }, () => output.line(`Epoch ${epoch} has begun.`));
}
