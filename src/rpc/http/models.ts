/**
 * `/v1/models`: the models of the network.
 *
 * @module
 */
import { assert, present } from "../../base/assert.ts";
import { findModel } from "../../ledger/readers.ts";
import type { ObjectId } from "../../types/address.ts";
import { type ContentOf, poolEntryId } from "../../types/entry.ts";
import { formatObjectId } from "../../types/text.ts";
import { modelView, viewModel } from "../../wire/json/model.ts";
import { modelPage } from "../../wire/json/page.ts";
import { objectId } from "../../wire/json/primitives.ts";
import type { LedgerReader } from "../reader.ts";
import { pageRowsMax } from "../target-list.ts";
import { pageQuery, pageRequest, viewPage } from "./page.ts";
import { notFound } from "./problem.ts";
import { json, type Route, route } from "./route.ts";

const NAME = "models";

/** `GET /v1/models` and `/v1/models/{id}`. */
export function modelRoutes(reader: LedgerReader): readonly Route[] {
  return [listRoute(reader), findRoute(reader)];
}

function listRoute(reader: LedgerReader): Route {
  return route(
    {
      id: "listModels",
      tag: "Models",
      method: "GET",
      path: "/v1/models",
      summary: "All models",
      query: pageQuery,
      answer: json(modelPage, "A page of models"),
    },
    ({ query, reply }) => {
      const { after, limit } = pageRequest(NAME, query);
      const page = reader.models({ after, limit: Math.min(limit, pageRowsMax(reader)) });
      const view = viewPage(NAME, page, (entry) => {
        const id = idOf(reader, entry);
        return viewModel(id, present(findModel(reader, id), "a listed model"));
      });
      return reply(view);
    },
  );
}

function findRoute(reader: LedgerReader): Route {
  return route(
    {
      id: "getModel",
      tag: "Models",
      method: "GET",
      path: "/v1/models/{id}",
      summary: "A model, its stake and its weights",
      params: { id: objectId },
      answer: json(modelView, "The model"),
      problems: [404],
    },
    ({ params: { id }, reply }) => {
      const model = findModel(reader, id);
      if (model === undefined) throw notFound("model", formatObjectId(id));
      return reply(viewModel(id, model));
    },
  );
}

// An entry does not say which model it is of; its pool does.
function idOf(reader: LedgerReader, { pool_id }: ContentOf<"Model">): ObjectId {
  const pool = reader.find(poolEntryId(pool_id))?.content;
  assert(pool?.kind === "Pool" && pool.owner.kind === "Model", "the pool of a model");
  return pool.owner.model_id;
}
