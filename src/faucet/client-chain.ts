/**
 * The chain of a faucet, behind a node's JSON surface.
 *
 * @module
 */
import type { SomaClient } from "../client/client.ts";
import type { FaucetChain, FaucetCoin } from "./dispenser.ts";

/** The chain that a client talks to. */
export function clientChain(client: SomaClient): FaucetChain {
  return {
    coins: async (owner, limit) => {
      const coins: FaucetCoin[] = [];
      for await (const object of client.objects(owner, "Coin")) {
        const { object_id, version, digest, content } = object;
        if (content.kind !== "Coin") continue;
        coins.push({ ref: { object_id, version, digest }, balance: content.balance });
        if (coins.length >= limit) break;
      }
      return coins;
    },
    execute: (transaction) => client.execute(transaction),
  };
}
