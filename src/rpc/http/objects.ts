/**
 * `/v1/objects`: an object as it is now, or a past version of it, and the proof that it is so.
 * Entries of the ledger are no objects to clients.
 *
 * @module
 */
import { encode } from "../../bcs/schema.ts";
import { type ObjectProof, objectProof } from "../../checkpoint/inclusion.ts";
import { type ObjectId, SYSTEM_STATE_ID } from "../../types/address.ts";
import { isEntryContent, stateDigest, type StateObject } from "../../types/entry.ts";
import { type SomaObject, somaObject } from "../../types/object.ts";
import type { SystemStateObject } from "../../types/system-state.ts";
import { formatDigest, formatObjectId } from "../../types/text.ts";
import { type ObjectProofView, objectProofView } from "../../wire/json/object-proof.ts";
import { contentBytes, type ObjectView, objectView, viewObject } from "../../wire/json/object.ts";
import { objectId, u64 } from "../../wire/json/primitives.ts";
import { proveLive } from "../object-proof.ts";
import type { LedgerReader } from "../reader.ts";
import { SystemViews } from "../system-views.ts";
import { Turns } from "../turns.ts";
import type { HttpPorts } from "./ports.ts";
import { notFound } from "./problem.ts";
import { flag, json, type Route, route } from "./route.ts";
import { takeTurn } from "./take-turn.ts";

/** Transactions of a checkpoint that a proof goes through for one turn of its client. */
const WORK_PER_TURN = 10;

type Ports = Pick<HttpPorts, "reader" | "turns" | "clock">;

/** `GET /v1/objects/{id}` and `/v1/objects/{id}/proof`. */
export function objectRoutes(ports: Ports): readonly Route[] {
  return [findRoute(ports), proofRoute(ports)];
}

function findRoute({ reader }: Ports): Route {
  const views = new SystemViews(reader);
  return route(
    {
      id: "getObject",
      tag: "Objects",
      method: "GET",
      path: "/v1/objects/{id}",
      summary: "An object as it is now, or a past version of it",
      params: { id: objectId },
      query: {
        version: u64.optional(),
        bcs: flag.optional().meta({ description: "Whether to add the content in BCS" }),
      },
      answer: json(objectView, "The object"),
      isCached: true,
      problems: [404],
    },
    ({ params: { id }, query: { version, bcs }, reply }) => {
      const object = findShown(reader, views, id, version);
      const view = isSystem(object) ? viewObject(object, views.digest()) : describeObject(object);
      const full = bcs === "true" ? { ...view, bcs_bytes: contentBytes(object) } : view;
      if (version === undefined) return reply(full);
      const tag = `${formatDigest(view.digest)}-${bcs ?? "false"}`;
      return reply(full, { kind: "OfChain", tag });
    },
  );
}

function proofRoute({ reader, turns: shared, clock }: Ports): Route {
  const turns = shared ?? new Turns(clock);
  return route(
    {
      id: "getObjectProof",
      tag: "Objects",
      method: "GET",
      path: "/v1/objects/{id}/proof",
      summary: "The live version of an object, and the proof that a certified checkpoint wrote it",
      params: { id: objectId },
      answer: json(objectProofView, "The object and its proof in BCS"),
      problems: [404, 429],
    },
    ({ context, params: { id }, reply }) => {
      const object = findVisible(reader, id);
      const proof = proveLive(reader, object, (transactions) => {
        takeTurn(turns.ofIp(context.env?.ip, Math.ceil(transactions / WORK_PER_TURN)));
      });
      if (proof === undefined) throw notFound("proof", `of object ${formatObjectId(object.id)}`);
      return reply(describeProof(object, proof));
    },
  );
}

// Only the present state of the system is composed; its past versions are not kept.
function findShown(
  reader: LedgerReader,
  views: SystemViews,
  id: ObjectId,
  version?: bigint,
): SomaObject | SystemStateObject {
  const system = id === SYSTEM_STATE_ID ? views.object() : undefined;
  const isThis = system !== undefined && (version ?? system.version) === system.version;
  return isThis ? system : findVisible(reader, id, version);
}

function isSystem(object: SomaObject | SystemStateObject): object is SystemStateObject {
  return object.content.kind === "SystemState";
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
    digest: stateDigest(object),
    checkpoint,
    epoch,
    object_bytes: encode(somaObject, object),
    proof_bytes: encode(objectProof, proof),
  };
}

/** What there is to say about an object. */
export function describeObject(object: SomaObject): ObjectView {
  return viewObject(object, stateDigest(object));
}

/** Whether clients can see an object. */
export function isVisible(object: StateObject): object is SomaObject {
  return !isEntryContent(object.content);
}
