/**
 * `/v1/models`: the models of the network.
 *
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";

import { assert, present } from "../../base/assert.ts";
import { findModel } from "../../ledger/readers.ts";
import type { ObjectId } from "../../types/address.ts";
import { type ContentOf, poolEntryId } from "../../types/entry.ts";
import { formatObjectId, parseObjectId } from "../../types/text.ts";
import { modelView, viewModel } from "../../wire/json/model.ts";
import { modelPage } from "../../wire/json/page.ts";
import type { View } from "../../wire/json/view.ts";
import type { LedgerReader } from "../reader.ts";
import { pageRowsMax } from "../target-list.ts";
import { readPath, readQuery } from "./input.ts";
import { type PageQuery, pageQuery, pageRequest, viewPage } from "./page.ts";
import type { HttpEnv } from "./ports.ts";
import { notFound } from "./problem.ts";
import { respond } from "./respond.ts";

const NAME = "models";

const modelsQuery: View<PageQuery> = z.strictObject(pageQuery);

/** `GET /v1/models` and `/v1/models/{id}`. */
export function modelRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get("/", (context) => {
      const { after, limit } = pageRequest(NAME, readQuery(context, modelsQuery));
      const page = reader.models({ after, limit: Math.min(limit, pageRowsMax(reader)) });
      const view = viewPage(NAME, page, (entry) => {
        const id = idOf(reader, entry);
        return viewModel(id, present(findModel(reader, id), "a listed model"));
      });
      return respond(context, modelPage, view);
    })
    .get("/:id", (context) => {
      const id = readPath(context, "id", parseObjectId);
      const model = findModel(reader, id);
      if (model === undefined) throw notFound("model", formatObjectId(id));
      return respond(context, modelView, viewModel(id, model));
    });
}

// An entry does not say which model it is of; its pool does.
function idOf(reader: LedgerReader, { pool_id }: ContentOf<"Model">): ObjectId {
  const pool = reader.find(poolEntryId(pool_id))?.content;
  assert(pool?.kind === "Pool" && pool.owner.kind === "Model", "the pool of a model");
  return pool.owner.model_id;
}
