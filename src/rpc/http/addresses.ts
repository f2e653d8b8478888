/**
 * `/v1/addresses`: what an address holds and which transactions concern it.
 *
 * @module
 */
import { z } from "zod";

import { balanceView } from "../../wire/json/balance.ts";
import { objectPage, transactionPage } from "../../wire/json/page.ts";
import { address } from "../../wire/json/primitives.ts";
import type { LedgerReader } from "../reader.ts";
import { sumCoins } from "../sum-coins.ts";
import { describeObject } from "./objects.ts";
import { pageQuery, pageRequest, viewPage } from "./page.ts";
import { json, type Route, route } from "./route.ts";
import { describeTransaction } from "./transactions.ts";

const ofAddress = { tag: "Addresses", method: "GET", params: { address } } as const;

/** `GET /v1/addresses/{address}/balance`, `/objects` and `/transactions`. */
export function addressRoutes(reader: LedgerReader): readonly Route[] {
  return [balanceRoute(reader), objectsRoute(reader), transactionsRoute(reader)];
}

function balanceRoute(reader: LedgerReader): Route {
  return route(
    {
      ...ofAddress,
      id: "getBalance",
      path: "/v1/addresses/{address}/balance",
      summary: "What an address holds in coins",
      answer: json(balanceView, "The sum of the coins"),
      problems: [422],
    },
    ({ params, reply }) => reply(sumCoins(reader, params.address)),
  );
}

function objectsRoute(reader: LedgerReader): Route {
  return route(
    {
      ...ofAddress,
      id: "listObjects",
      path: "/v1/addresses/{address}/objects",
      summary: "The objects of an address, coins first and the richest of them first",
      query: {
        type: z.enum(["Coin", "StakedSoma"], "Coin or StakedSoma expected").optional(),
        ...pageQuery,
      },
      answer: json(objectPage, "A page of objects"),
    },
    ({ params: { address: owner }, query, reply }) => {
      const name = `objects ${owner} ${query.type ?? ""}`;
      const page = reader.owned(owner, query.type, pageRequest(name, query));
      return reply(viewPage(name, page, describeObject));
    },
  );
}

function transactionsRoute(reader: LedgerReader): Route {
  return route(
    {
      ...ofAddress,
      id: "listTransactions",
      path: "/v1/addresses/{address}/transactions",
      summary: "The transactions that concern an address, newest first",
      query: pageQuery,
      answer: json(transactionPage, "A page of transactions"),
    },
    ({ params: { address: owner }, query, reply }) => {
      const name = `transactions ${owner}`;
      const page = reader.transactionsOf(owner, pageRequest(name, query));
      return reply(viewPage(name, page, (final) => describeTransaction(reader, final)));
    },
  );
}
