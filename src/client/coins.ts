/**
 * The coins of an account as a node shows them.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { REFERENCES_MAX } from "../types/bounds.ts";
import type { ObjectRef } from "../types/object.ts";
import type { ObjectView } from "../wire/json/object.ts";
import type { SomaClient } from "./client.ts";

/** A coin and what it holds. */
export type CoinChoice = { readonly ref: ObjectRef; readonly balance: bigint };

/** Coins that one transaction can bring together. */
export const COINS_MAX: number = REFERENCES_MAX;

/** The coin with this id. */
export async function readCoin(
  client: SomaClient,
  id: ObjectId,
  signal?: AbortSignal,
): Promise<CoinChoice> {
  const coin = coinOf(await client.object(id, signal));
  if (coin === undefined) throw new SomaError("not_a_coin", `object 0x${id} is not a coin`);
  return coin;
}

/** The coins of `owner`, richest first: all, or as many as one transaction can name. */
export async function richestCoins(
  client: SomaClient,
  owner: Address,
  signal?: AbortSignal,
): Promise<readonly CoinChoice[]> {
  const coins: CoinChoice[] = [];
  for await (const object of client.objects(owner, "Coin", signal)) {
    const coin = coinOf(object);
    if (coin !== undefined) coins.push(coin);
    if (coins.length === COINS_MAX) break;
  }
  return coins;
}

function coinOf(object: ObjectView): CoinChoice | undefined {
  const { object_id, version, digest, content } = object;
  if (content.kind !== "Coin") return undefined;
  return { ref: { object_id, version, digest }, balance: content.balance };
}
