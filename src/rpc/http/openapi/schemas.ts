/**
 * The schemas of the JSON surface by name: the views that nodes write answers by, in JSON Schema. A
 * view that has a name is described once and referred to everywhere else.
 *
 * @module
 */
import { z } from "zod";

import { balanceView } from "../../../wire/json/balance.ts";
import { blobView } from "../../../wire/json/blob.ts";
import { checkpointView } from "../../../wire/json/checkpoint.ts";
import { committeeMember } from "../../../wire/json/committee.ts";
import { epochView } from "../../../wire/json/epoch.ts";
import { healthView, infoView } from "../../../wire/json/info.ts";
import { manifest } from "../../../wire/json/manifest.ts";
import { modelView } from "../../../wire/json/model.ts";
import { objectProofView } from "../../../wire/json/object-proof.ts";
import { objectView } from "../../../wire/json/object.ts";
import { owner } from "../../../wire/json/owner.ts";
import { modelPage, objectPage, targetPage, transactionPage } from "../../../wire/json/page.ts";
import { parametersView } from "../../../wire/json/parameters.ts";
import { address, bytes, digest, objectId, signed, u64 } from "../../../wire/json/primitives.ts";
import { problemView } from "../../../wire/json/problem.ts";
import { targetView } from "../../../wire/json/target.ts";
import {
  feeView,
  simulationView,
  transactionRequest,
  transactionView,
} from "../../../wire/json/transaction.ts";
import { validatorsView } from "../../../wire/json/validator.ts";
import type { View } from "../../../wire/json/view.ts";

/** A schema in JSON Schema 2020-12, which is that of OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const NAMED = {
  Address: address,
  Balance: balanceView,
  Blob: blobView,
  Bytes: bytes,
  Checkpoint: checkpointView,
  CommitteeMember: committeeMember,
  Digest: digest,
  Epoch: epochView,
  Fee: feeView,
  Health: healthView,
  Info: infoView,
  Manifest: manifest,
  Model: modelView,
  ModelPage: modelPage,
  Object: objectView,
  ObjectId: objectId,
  ObjectPage: objectPage,
  ObjectProof: objectProofView,
  Owner: owner,
  Parameters: parametersView,
  Problem: problemView,
  Signed: signed,
  Simulation: simulationView,
  Target: targetView,
  TargetPage: targetPage,
  Transaction: transactionView,
  TransactionPage: transactionPage,
  TransactionRequest: transactionRequest,
  U64: u64,
  Validators: validatorsView,
} as const;

/** Where a document keeps its schemas. */
const PLACE = "#/components/schemas/";

/** The schemas that have names, by name. */
export function namedSchemas(): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, view] of Object.entries(NAMED)) registry.add(view, { id });
  const { schemas } = z.toJSONSchema(registry, { io: "input", uri: (id) => `${PLACE}${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

/** The schema of any view: a reference, if it has a name. */
export function schemaOf(view: View<unknown>): JsonSchema {
  const name = Object.entries(NAMED).find(([, named]) => named === view)?.[0];
  if (name !== undefined) return { $ref: `${PLACE}${name}` };
  return plain(z.toJSONSchema(view, { io: "input" }));
}

// A document says once which dialect it is in, and where each schema is by where it stands.
function plain(schema: object): JsonSchema {
  const { $schema: _, $id: __, ...rest } = schema as Record<string, unknown>;
  return rest;
}
