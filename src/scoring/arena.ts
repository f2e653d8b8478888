/**
 * A network as competitors see it: its open targets, and where the weights of models are. Weights
 * are asked for at the node first, which has them if anybody has, then where the manifest says.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import { formatObjectId } from "../types/text.ts";
import type { ModelView } from "../wire/json/model.ts";
import type { TargetFilterName, TargetView } from "../wire/json/target.ts";
import type { Arena } from "./contender.ts";
import type { Competitor, JudgedTarget } from "./judge.ts";

/** A node, as far as it is asked here; clients are such. */
export type ArenaNode = {
  readonly targets: (
    query: { readonly status: TargetFilterName },
    signal?: AbortSignal,
  ) => AsyncIterable<TargetView>;
  readonly target: (id: ObjectId, signal?: AbortSignal) => Promise<TargetView>;
  readonly model: (id: ObjectId, signal?: AbortSignal) => Promise<ModelView>;
  readonly blobUrl: (checksum: Digest) => string;
};

/** Which targets of a network count. */
export type ArenaOptions = {
  /** At most so many open ones. */
  readonly targetsMax: number;
  /** This one and no other; it must be open. */
  readonly only?: ObjectId | undefined;
  /** Takes it though it is not open any more: to score, not to submit. */
  readonly isForLooking?: boolean;
};

/** The network behind `node`. */
export function openArena(node: ArenaNode, options: ArenaOptions): Arena {
  return {
    openTargets: () => openTargets(node, options),
    modelSources: async (ids) => {
      const sources = new Map<ObjectId, Competitor>();
      for (const id of ids) {
        const competitor = competitorOf(node, await node.model(id));
        if (competitor !== undefined) sources.set(id, competitor);
      }
      return sources;
    },
  };
}

/** A target as data is judged by it. */
function judgedTarget(target: TargetView): JudgedTarget {
  return {
    id: target.target_id,
    modelIds: target.model_ids,
    embedding: target.embedding,
    threshold: target.distance_threshold,
    reward: target.reward_pool,
  };
}

async function openTargets(
  node: ArenaNode,
  { targetsMax, only, isForLooking = false }: ArenaOptions,
): Promise<readonly JudgedTarget[]> {
  if (only !== undefined) {
    const target = await node.target(only);
    if (target.status !== "open" && !isForLooking) throw notOpen(target);
    return [judgedTarget(target)];
  }
  const targets: JudgedTarget[] = [];
  for await (const target of node.targets({ status: "open" })) {
    if (targets.push(judgedTarget(target)) >= targetsMax) break;
  }
  return targets;
}

function competitorOf(
  node: ArenaNode,
  { manifest, decryption_key: decryptionKey }: ModelView,
): Competitor | undefined {
  if (manifest === undefined) return undefined;
  const { checksum, size } = manifest.metadata;
  const urls = new Set([node.blobUrl(checksum), manifest.url]);
  return { urls: [...urls], checksum, sizeBytes: Number(size), decryptionKey };
}

function notOpen({ target_id, status }: TargetView): SomaError {
  return new SomaError("target_not_open", `target ${formatObjectId(target_id)} is ${status}`, {
    hint: "see `soma target list` for the targets that are open",
  });
}
