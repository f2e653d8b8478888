/**
 * What `soma run` does: makes the SDK importable as "soma", connects to the active network, and
 * becomes the script.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { SomaError } from "../../base/errors.ts";
import { Keypair } from "../../client/keypair.ts";
import { Soma } from "../../client/soma.ts";
import * as sdk from "../../sdk.ts";
import { activeAddress, findAccount, type Wallet } from "../../wallet/wallet.ts";
import type { Context } from "../command.ts";
import { checkInputFile } from "../input-file.ts";
import { contextEnv, openContextWallet } from "../open-wallet.ts";
import { reportCrash } from "../run.ts";

/** `run` */
export async function runScriptAction(
  context: Context,
  script: string,
  args: readonly string[],
): Promise<void> {
  const path = resolve(context.deps.cwd, script);
  checkInputFile(context.deps, script);
  context.deps.linger();
  Bun.plugin({
    name: "soma",
    setup: (build) => void build.module("soma", () => ({ exports: { ...sdk }, loader: "object" })),
  });
  Object.assign(globalThis, { soma: connect(context) });
  process.argv = [process.execPath, path, ...args];
  process.removeAllListeners("uncaughtException").on("uncaughtException", end);
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", end);
  function end(error: unknown): void {
    process.exit(reportCrash(scriptError(error), context.deps));
  }
  try {
    await import(pathToFileURL(path).href);
  } catch (error) {
    throw scriptError(error);
  }
}

/** The active network as the active account, or only to read where there is no key yet. */
export function connect(context: Context): Soma {
  const wallet = openContextWallet(context);
  const { rpc, faucet, scoring, admin } = contextEnv(context, wallet);
  return new Soma({ rpc, faucet, scoring, admin }, keyOf(wallet));
}

/** What a script threw is its own mistake, not one of this program. */
function scriptError(error: unknown): SomaError {
  if (error instanceof SomaError) return error;
  const where = error instanceof Error ? /\n\s+(at .*)/.exec(error.stack ?? "")?.[1] : undefined;
  const text = where === undefined ? String(error) : `${String(error)}, ${where}`;
  return new SomaError("script_failed", `the script failed: ${text}`, { cause: error });
}

function keyOf(wallet: Wallet): Keypair | undefined {
  if (wallet.accounts.length === 0) return undefined;
  return new Keypair(findAccount(wallet, activeAddress(wallet)).seed);
}
