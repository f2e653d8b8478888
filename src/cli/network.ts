/**
 * The network as a command sees it: the node of the active environment, and the account that acts.
 *
 * @module
 */
import { SomaClient } from "../client/client.ts";
import { Keypair } from "../client/keypair.ts";
import { Account } from "../client/transact.ts";
import type { Address } from "../types/address.ts";
import { type Identity, resolveIdentity } from "../wallet/identity.ts";
import { activeAddress, findAccount, type Wallet } from "../wallet/wallet.ts";
import type { Context } from "./command.ts";
import { contextEnv, openContextConfiguration, openContextWallet } from "./open-wallet.ts";

/** The node of the active environment. */
export function openClient(context: Context): SomaClient {
  return new SomaClient(contextEnv(context, openContextConfiguration(context)).rpc);
}

/** The active account at the node of the active environment. */
export function openAccount(context: Context): Account {
  const wallet = openContextWallet(context);
  const key = findAccount(wallet, activeAddress(wallet));
  return new Account(new SomaClient(contextEnv(context, wallet).rpc), new Keypair(key.seed));
}

/** The address somebody named, or the active one. */
export function addressOf(wallet: Wallet, identity: Identity | undefined): Address {
  return identity === undefined
    ? activeAddress(wallet)
    : resolveIdentity(identity, wallet.accounts);
}
