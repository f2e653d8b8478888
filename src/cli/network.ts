/**
 * The network as a command sees it: the node of the active environment, and the account that acts.
 *
 * @module
 */
import { SomaClient } from "../client/client.ts";
import { Keypair } from "../client/keypair.ts";
import { Account } from "../client/transact.ts";
import type { Address } from "../types/address.ts";
import { fullVersion } from "../version.ts";
import { type Identity, resolveIdentity } from "../wallet/identity.ts";
import { activeAddress, findAccount, type Wallet } from "../wallet/wallet.ts";
import type { Context } from "./command.ts";
import { contextEnv, openContextConfiguration, openContextWallet } from "./open-wallet.ts";

/** The node of the active environment. */
export function openClient(context: Context): SomaClient {
  return new SomaClient(contextEnv(context, openContextConfiguration(context)).rpc);
}

/** The active account, or the one with `address`, at the node of the active environment. */
export function openAccount(context: Context, address?: Address): Account {
  const wallet = openContextWallet(context);
  const key = findAccount(wallet, address ?? activeAddress(wallet));
  return new Account(new SomaClient(contextEnv(context, wallet).rpc), new Keypair(key.seed));
}

/** The address somebody named, or the active one. */
export function addressOf(wallet: Wallet, identity: Identity | undefined): Address {
  return identity === undefined
    ? activeAddress(wallet)
    : resolveIdentity(identity, wallet.accounts);
}

/** Warns if the node is of another version than this program; what they say may differ. */
export async function warnOfOtherVersion(
  { output }: Context,
  client: Pick<SomaClient, "info">,
): Promise<void> {
  const { server_version: server } = await client.info();
  if (server === fullVersion()) return;
  output.warn(`the node runs version ${server}, this program is version ${fullVersion()}`);
}
