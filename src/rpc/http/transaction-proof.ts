/**
 * `/v1/transactions/{digest}/proof`: that a certified checkpoint executed a transaction, and with
 * which effects.
 *
 * @module
 */
import { encode } from "../../bcs/schema.ts";
import { transactionProof } from "../../checkpoint/inclusion.ts";
import type { Digest } from "../../types/address.ts";
import { transactionEffects } from "../../types/effects.ts";
import { formatDigest } from "../../types/text.ts";
import { digest } from "../../wire/json/primitives.ts";
import {
  type TransactionProofView,
  transactionProofView,
} from "../../wire/json/transaction-proof.ts";
import type { LedgerReader } from "../reader.ts";
import { notFound } from "./problem.ts";
import { json, type Route, route } from "./route.ts";

/** `GET /v1/transactions/{digest}/proof`. */
export function transactionProofRoute(reader: LedgerReader): Route {
  return route(
    {
      id: "getTransactionProof",
      tag: "Transactions",
      method: "GET",
      path: "/v1/transactions/{digest}/proof",
      summary: "The effects of a transaction, and the proof that a certified checkpoint has them",
      params: { digest },
      answer: json(transactionProofView, "The effects and their proof in BCS"),
      isCached: true,
      problems: [404],
    },
    ({ params, reply }) => {
      const tag = formatDigest(params.digest);
      return reply(describeProof(reader, params.digest), { kind: "Immutable", tag });
    },
  );
}

function describeProof(reader: LedgerReader, name: Digest): TransactionProofView {
  const final = reader.transaction(name);
  const bundle = final && reader.checkpoint(final.sequence);
  if (final === undefined || bundle === undefined) {
    throw notFound("transaction", formatDigest(name));
  }
  const { summary, certificate, contents } = bundle;
  const index = contents.transactions.findIndex(({ transaction }) => transaction === name);
  const proof = { checkpoint: { summary, certificate }, contents, index };
  return {
    digest: name,
    checkpoint: summary.sequence_number,
    epoch: summary.epoch,
    effects_bytes: encode(transactionEffects, final.executed.effects),
    proof_bytes: encode(transactionProof, proof),
  };
}
