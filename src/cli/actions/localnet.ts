/**
 * What `soma localnet reset` does: the network's files go, the wallet's stay.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { layoutOf, removeNetwork } from "../../localnet/layout.ts";
import { lockDirectory } from "../../storage/lock.ts";
import type { Context } from "../command.ts";
import { confirm } from "../confirm.ts";
import { walletPath } from "../open-wallet.ts";

/** `localnet reset` */
export async function resetLocalnetAction(
  context: Context,
  networkConfig: string | undefined,
): Promise<void> {
  const { deps, output } = context;
  const directory =
    networkConfig === undefined ? dirname(walletPath(context)) : resolve(deps.cwd, networkConfig);
  if (!existsSync(layoutOf(directory).network)) {
    throw new SomaError("network_missing", `there is no local network in ${directory}`, {
      hint: "begin one with `soma start localnet`",
    });
  }
  // A network that runs holds the lock: its files are not pulled away from under it.
  const lock = lockDirectory(directory);
  try {
    await confirm(context, `forget the local network in ${directory}`);
    removeNetwork(directory);
  } finally {
    lock.release();
  }
  output.result({ directory, removed: true }, () =>
    output.line(`The local network in ${directory} is forgotten; your keys are as they were.`),
  );
}
