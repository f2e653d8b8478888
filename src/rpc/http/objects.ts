/**
 * `/v1/objects`: an object as it is now, or a past version of it, and the proof that it is so.
 * Entries of the ledger are no objects to clients.
 *
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";

import { encode } from "../../bcs/schema.ts";
import { type ObjectProof, objectProof } from "../../checkpoint/inclusion.ts";
import { digestOf } from "../../ledger/outcome.ts";
import type { ObjectId } from "../../types/address.ts";
import { isEntryContent, type StateObject } from "../../types/entry.ts";
import { type SomaObject, somaObject } from "../../types/object.ts";
import { formatDigest, formatObjectId, parseObjectId } from "../../types/text.ts";
import { type ObjectProofView, objectProofView } from "../../wire/json/object-proof.ts";
import { contentBytes, type ObjectView, objectView, viewObject } from "../../wire/json/object.ts";
import { u64 } from "../../wire/json/primitives.ts";
import type { View } from "../../wire/json/view.ts";
import { proveLive } from "../object-proof.ts";
import type { LedgerReader } from "../reader.ts";
import { Turns } from "../turns.ts";
import { readPath, readQuery } from "./input.ts";
import type { HttpEnv, HttpPorts } from "./ports.ts";
import { notFound } from "./problem.ts";
import { LIVE, respond } from "./respond.ts";
import { takeTurn } from "./take-turn.ts";

type ObjectQuery = {
  readonly version?: bigint | undefined;
  readonly bcs?: "true" | "false" | undefined;
};

const objectQuery: View<ObjectQuery> = z.strictObject({
  version: u64.optional(),
  /** Whether to add the content in BCS. */
  bcs: z.enum(["true", "false"], "true or false expected").optional(),
});

/** Transactions of a checkpoint that a proof goes through for one turn of its client. */
const WORK_PER_TURN = 10;

/** `GET /v1/objects/{id}` and `/v1/objects/{id}/proof`. */
export function objectRoutes(ports: Pick<HttpPorts, "reader" | "turns" | "clock">): Hono<HttpEnv> {
  const { reader, turns = new Turns(ports.clock) } = ports;
  return new Hono<HttpEnv>()
    .get("/:id", (context) => {
      const id = readPath(context, "id", parseObjectId);
      const { version, bcs } = readQuery(context, objectQuery);
      const object = findVisible(reader, id, version);
      const view = describeObject(object);
      const tag = `${formatDigest(view.digest)}-${bcs ?? "false"}`;
      return respond(
        context,
        objectView,
        bcs === "true" ? { ...view, bcs_bytes: contentBytes(object) } : view,
        version === undefined ? LIVE : { kind: "OfChain", tag },
      );
    })
    .get("/:id/proof", (context) => {
      const object = findVisible(reader, readPath(context, "id", parseObjectId));
      const proof = proveLive(reader, object, (transactions) => {
        takeTurn(turns.ofIp(context.env?.ip, Math.ceil(transactions / WORK_PER_TURN)));
      });
      if (proof === undefined) throw notFound("proof", `of object ${formatObjectId(object.id)}`);
      return respond(context, objectProofView, describeProof(object, proof));
    });
}

function findVisible(reader: LedgerReader, id: ObjectId, version?: bigint): SomaObject {
  const found = version === undefined ? reader.find(id) : reader.findVersion(id, version);
  if (found !== undefined && isVisible(found)) return found;
  const name = formatObjectId(id);
  throw notFound("object", version === undefined ? name : `${name} with version ${version}`);
}

function describeProof(object: SomaObject, proof: ObjectProof): ObjectProofView {
  const { epoch, sequence_number: checkpoint } = proof.checkpoint.summary;
  return {
    object_id: object.id,
    version: object.version,
    digest: digestOf(object),
    checkpoint,
    epoch,
    object_bytes: encode(somaObject, object),
    proof_bytes: encode(objectProof, proof),
  };
}

/** What there is to say about an object. */
export function describeObject(object: SomaObject): ObjectView {
  return viewObject(object, digestOf(object));
}

/** Whether clients can see an object. */
export function isVisible(object: StateObject): object is SomaObject {
  return !isEntryContent(object.content);
}
