/**
 * `/v1/addresses`: what an address holds and which transactions concern it.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";

import type { Address } from "../../types/address.ts";
import { parseAddress } from "../../types/text.ts";
import { balanceView } from "../../wire/json/balance.ts";
import { objectPage, transactionPage } from "../../wire/json/page.ts";
import type { View } from "../../wire/json/view.ts";
import type { LedgerReader } from "../reader.ts";
import { sumCoins } from "../sum-coins.ts";
import { readPath, readQuery } from "./input.ts";
import { describeObject } from "./objects.ts";
import { type PageQuery, pageQuery, pageRequest, viewPage } from "./page.ts";
import type { HttpEnv } from "./ports.ts";
import { respond } from "./respond.ts";
import { describeTransaction } from "./transactions.ts";

type ObjectsQuery = PageQuery & { readonly type?: "Coin" | "StakedSoma" | undefined };

const objectsQuery: View<ObjectsQuery> = z.strictObject({
  type: z.enum(["Coin", "StakedSoma"], "Coin or StakedSoma expected").optional(),
  ...pageQuery,
});

const transactionsQuery: View<PageQuery> = z.strictObject(pageQuery);

const noQuery: View<object> = z.strictObject({});

/** `GET /v1/addresses/{address}/balance`, `/objects` and `/transactions`. */
export function addressRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get("/:address/balance", (context) => {
      const owner = readAddress(context);
      readQuery(context, noQuery);
      return respond(context, balanceView, sumCoins(reader, owner));
    })
    .get("/:address/objects", (context) => {
      const owner = readAddress(context);
      const query = readQuery(context, objectsQuery);
      const name = `objects ${owner} ${query.type ?? ""}`;
      const page = reader.owned(owner, query.type, pageRequest(name, query));
      return respond(context, objectPage, viewPage(name, page, describeObject));
    })
    .get("/:address/transactions", (context) => {
      const owner = readAddress(context);
      const query = readQuery(context, transactionsQuery);
      const name = `transactions ${owner}`;
      const page = reader.transactionsOf(owner, pageRequest(name, query));
      const view = viewPage(name, page, (final) => describeTransaction(reader, final));
      return respond(context, transactionPage, view);
    });
}

function readAddress(context: Context<HttpEnv>): Address {
  return readPath(context, "address", parseAddress);
}
