/**
 * `StateService`: what an address holds, and targets.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";

import { present } from "../../base/assert.ts";
import { currentEpoch } from "../../ledger/readers.ts";
import { type TargetPhase, targetPhase } from "../../ledger/target-phase.ts";
import { stateDigest } from "../../types/entry.ts";
import { formatObjectId } from "../../types/text.ts";
import {
  GetBalanceResponseSchema,
  GetTargetResponseSchema,
  type ListOwnedObjectsRequest,
  type ListOwnedObjectsResponse,
  ListOwnedObjectsResponseSchema,
  type ListTargetsRequest,
  type ListTargetsResponse,
  ListTargetsResponseSchema,
  ObjectSchema,
  type StateService,
  TargetSchema,
} from "../../wire/generated/soma_pb.js";
import * as field from "../../wire/grpc/field.ts";
import { applyMask, readMask, selects } from "../../wire/grpc/mask.ts";
import type { Implementation } from "../../wire/grpc/method.ts";
import { objectMessage } from "../../wire/grpc/object.ts";
import { GRPC_CODE, GrpcError, invalidField, notFound } from "../../wire/grpc/status.ts";
import { targetMessage } from "../../wire/grpc/target.ts";
import { TARGET_FILTERS, type TargetFilterName } from "../../wire/json/target.ts";
import { openCursor, sealCursor } from "../cursor.ts";
import type { LedgerReader, PageRequest } from "../reader.ts";
import { sumCoins } from "../sum-coins.ts";
import { listTargets, pageRowsMax } from "../target-list.ts";
import type { GrpcPorts } from "./ports.ts";

const PAGE_ROWS_MAX = 1_000;
const OBJECTS_PAGE = 50;
const TARGETS_PAGE = 100;

const OBJECT_MASK = "object_id,version,object_type";
const TARGETS_MASK = "id,status,generation_epoch,reward_pool";
const TARGET_MASK = "id,status,generation_epoch,reward_pool,distance_threshold";

const OBJECT_TYPES = ["Coin", "StakedSoma", "Target", "SystemState"] as const;

// Published clients look for `claimable`, and never get to see that a target expired.
const STATUSES: Readonly<Record<TargetPhase, string>> = {
  Open: "open",
  Audit: "filled",
  Claimable: "claimable",
  Expired: "claimable",
  Claimed: "claimed",
};

/** The service over `ports`. */
export function stateService({ reader }: GrpcPorts): Implementation<typeof StateService> {
  return {
    getBalance: ({ owner }) => {
      const { total_balance: balance } = sumCoins(reader, field.address(owner, "owner"));
      return create(GetBalanceResponseSchema, { balance });
    },
    listOwnedObjects: (request) => listOwned(reader, request),
    getTarget: ({ targetId, readMask: given }) => {
      const mask = readMask(TargetSchema, given, TARGET_MASK);
      const id = field.objectId(targetId, "target_id");
      const content = reader.find(id)?.content;
      if (content?.kind !== "Target") throw notFound(`Target ${formatObjectId(id)} not found`);
      const { epoch } = present(currentEpoch(reader), "the epoch");
      const target = targetMessage(
        id,
        content,
        STATUSES[targetPhase({ state: reader, id, target: content }, epoch)],
      );
      return create(GetTargetResponseSchema, { target: applyMask(TargetSchema, mask, target) });
    },
    listTargets: (request) => list(reader, request),
    getChallenge: noChallenges,
    listChallenges: noChallenges,
  };
}

function listOwned(
  reader: LedgerReader,
  request: ListOwnedObjectsRequest,
): ListOwnedObjectsResponse {
  const mask = readMask(ObjectSchema, request.readMask, OBJECT_MASK);
  const owner = field.address(request.owner, "owner");
  const type = request.objectType;
  const known = OBJECT_TYPES.find((name) => name === type);
  if (type !== undefined && known === undefined) {
    throw invalidField("object_type", `${OBJECT_TYPES.join(", ")} expected`);
  }
  const name = `owned ${owner} ${type ?? ""}`;
  const page = readPage(name, request, OBJECTS_PAGE);
  // Nobody owns what is shared.
  if (known === "Target" || known === "SystemState") return create(ListOwnedObjectsResponseSchema);
  const { items, next } = reader.owned(owner, known, page);
  return create(ListOwnedObjectsResponseSchema, {
    objects: items.map((object) =>
      applyMask(ObjectSchema, mask, objectMessage(object, stateDigest(object))),
    ),
    ...tokenOf(name, next),
  });
}

function list(reader: LedgerReader, request: ListTargetsRequest): ListTargetsResponse {
  const mask = readMask(TargetSchema, request.readMask, TARGETS_MASK);
  const status = readStatus(request.statusFilter);
  const submitter =
    request.submitterFilter === undefined
      ? undefined
      : field.address(request.submitterFilter, "submitter_filter");
  const { epochFilter: epoch } = request;
  const name = `targets ${status ?? ""} ${epoch ?? ""} ${submitter ?? ""}`;
  const page = readPage(name, request, TARGETS_PAGE);
  const rows = selects(mask, "embedding") ? pageRowsMax(reader) : PAGE_ROWS_MAX;
  const limit = Math.min(page.limit, rows);
  const { items, next } = listTargets(
    reader,
    { status, epoch, submitter },
    { after: page.after, limit },
  );
  return create(ListTargetsResponseSchema, {
    targets: items.map(({ id, target, phase }) =>
      applyMask(TargetSchema, mask, targetMessage(id, target, STATUSES[phase])),
    ),
    ...tokenOf(name, next),
  });
}

function readStatus(text: string | undefined): TargetFilterName | undefined {
  if (text === undefined) return undefined;
  const status = TARGET_FILTERS.find((name) => name === text.toLowerCase());
  if (status !== undefined) return status;
  throw invalidField("status_filter", `${TARGET_FILTERS.join(", ")} expected`);
}

type Paged = {
  readonly pageSize?: number | undefined;
  readonly pageToken?: Uint8Array | undefined;
};

function readPage(name: string, { pageSize, pageToken }: Paged, rows: number): PageRequest {
  const limit = Math.min(Math.max(pageSize ?? rows, 1), PAGE_ROWS_MAX);
  if (pageToken === undefined) return { after: undefined, limit };
  const after = openCursor(name, pageToken);
  if (after !== undefined) return { after, limit };
  const reason = "is not one that this list gave; start again without it";
  throw invalidField("page_token", reason);
}

// Absent at the end: clients go on as long as there is one.
function tokenOf(name: string, next: string | undefined): { nextPageToken?: Uint8Array } {
  return next === undefined ? {} : { nextPageToken: sealCursor(name, next) };
}

function noChallenges(): never {
  const message = "the challenge system has been removed; report a submission instead";
  throw new GrpcError(GRPC_CODE.unimplemented, message);
}
