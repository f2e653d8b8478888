/**
 * Choosing coins to pay with. Coins in use by another call of this process are passed over, so that
 * calls running at once do not fight for one coin.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { REFERENCES_MAX } from "../types/bounds.ts";
import type { ObjectRef } from "../types/object.ts";
import { formatSoma } from "../types/text.ts";
import type { ObjectView } from "../wire/json/object.ts";
import type { SomaClient } from "./client.ts";

/** A coin and what it holds. */
export type CoinChoice = { readonly ref: ObjectRef; readonly balance: bigint };

/** Coins looked at before giving up: those that one transaction can bring together. */
const COINS_MAX = REFERENCES_MAX;

/** The coins that calls of this process have taken and not given back. */
export class CoinPurse {
  private readonly taken = new Set<ObjectId>();
  private readonly client: SomaClient;

  constructor(client: SomaClient) {
    this.client = client;
  }

  /** Takes the richest free coin of `owner` that is none of `avoid`; give it back when done. */
  async take(owner: Address, atLeast: bigint, avoid: ReadonlySet<ObjectId>): Promise<CoinChoice> {
    let seen = 0;
    let richest = 0n;
    for await (const object of this.client.objects(owner, "Coin")) {
      if (++seen > COINS_MAX) break;
      const coin = coinOf(object);
      if (coin === undefined) continue;
      richest = coin.balance > richest ? coin.balance : richest;
      const id = coin.ref.object_id;
      if (this.taken.has(id) || avoid.has(id) || coin.balance < atLeast) continue;
      this.taken.add(id);
      return coin;
    }
    throw noCoin(seen, richest, atLeast);
  }

  /** Takes this coin of the owner's. */
  async takeNamed(id: ObjectId): Promise<CoinChoice> {
    const coin = await readCoin(this.client, id);
    this.taken.add(id);
    return coin;
  }

  /** Gives a coin back. */
  release(coin: CoinChoice): void {
    this.taken.delete(coin.ref.object_id);
  }
}

/** The coin with this id. */
export async function readCoin(client: SomaClient, id: ObjectId): Promise<CoinChoice> {
  const coin = coinOf(await client.object(id));
  if (coin === undefined) throw new SomaError("not_a_coin", `object 0x${id} is not a coin`);
  return coin;
}

/** The coins of `owner`, richest first: all, or as many as one transaction can name. */
export async function richestCoins(
  client: SomaClient,
  owner: Address,
): Promise<readonly CoinChoice[]> {
  const coins: CoinChoice[] = [];
  for await (const object of client.objects(owner, "Coin")) {
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

function noCoin(seen: number, richest: bigint, atLeast: bigint): SomaError {
  if (seen === 0) {
    const hint = "get some with `soma faucet`";
    return new SomaError("insufficient_funds", "the account has no coins", { hint });
  }
  if (richest >= atLeast) {
    const hint = "wait for the calls that run, or split a coin with `soma send` to yourself";
    return new SomaError("coins_in_use", "every coin of the account is in use", { hint });
  }
  const message =
    `no coin holds ${formatSoma(atLeast)} SOMA; ` +
    `the richest of ${seen} holds ${formatSoma(richest)} SOMA`;
  const hint = "get more with `soma faucet`, or bring coins together with `soma merge-coins`";
  return new SomaError("insufficient_funds", message, { hint });
}
