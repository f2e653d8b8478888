/**
 * What `soma epoch advance` does: asks the admin service, which answers when all nodes are there.
 *
 * @module
 */
import { HttpCaller } from "../../client/http.ts";
import { FINALITY_LIMITS } from "../../protocol/limits.ts";
import { serviceUrl } from "../../wallet/environments.ts";
import { advancedView } from "../../wire/json/admin.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { contextEnv, openContextConfiguration } from "../open-wallet.ts";
import { startProgress } from "../progress.ts";

const MARGIN_MS = 5_000;

/** `epoch advance` */
export async function advanceEpochAction(
  context: Context,
  given: string | undefined,
): Promise<void> {
  const { deps, output } = context;
  const url = given ?? serviceUrl(contextEnv(context, openContextConfiguration(context)), "admin");
  const progress = startProgress(context, "Ending the epoch");
  const timeoutMs = FINALITY_LIMITS.epochAdvanceMs + MARGIN_MS;
  const { epoch } = await interruptible(deps, "the epoch may end all the same", (signal) =>
    new HttpCaller(url).json(advancedView, {
      method: "POST",
      path: "/advance-epoch",
      body: "{}",
      signal,
      timeoutMs,
    }),
  ).finally(() => progress.finish());
  output.result({ epoch: Number(epoch) }, () => output.line(`Epoch ${epoch} has begun.`));
}
