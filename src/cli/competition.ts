/**
 * The competition as a command sees it: open targets and weights from the network, an engine that
 * scores on this machine, and the sending of a submission.
 *
 * @module
 */
import { dirname, join } from "node:path";

import { present } from "../base/assert.ts";
import { DirectoryBlobs } from "../blobs/directory.ts";
import { PUBLIC_ONLY, WITH_LOOPBACK } from "../blobs/guard.ts";
import type { SomaClient } from "../client/client.ts";
import type { Account } from "../client/transact.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import type { Arena, Attempt } from "../scoring/contender.ts";
import { type ModelSource, ScoringEngine } from "../scoring/engine.ts";
import type { JudgedTarget, TargetVerdict } from "../scoring/judge.ts";
import { sizeForDim } from "../scoring/sizes.ts";
import { type ObjectId, toDigest } from "../types/address.ts";
import { scalarTensor, vectorTensor } from "../types/tensor.ts";
import type { TargetView } from "../wire/json/target.ts";
import type { TransactionView } from "../wire/json/transaction.ts";
import type { Context } from "./command.ts";
import { walletPath } from "./open-wallet.ts";

const DOWNLOADS_BYTES_MAX = 4 * 1024 * 1024 * 1024;
const LOOPBACK_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);
const SCORING_DATA = "scoring-data";

/** A target as it is judged. */
export function judged(target: TargetView): JudgedTarget {
  return {
    id: target.target_id,
    modelIds: target.model_ids,
    embedding: target.embedding,
    threshold: target.distance_threshold,
    reward: target.reward_pool,
  };
}

/** Targets and models of the network; at most `limit` targets, or just the one named. */
export function networkArena(client: SomaClient, limit: number, only: ObjectId | undefined): Arena {
  return {
    openTargets: async () => {
      if (only !== undefined) return [judged(await client.target(only))];
      const targets: JudgedTarget[] = [];
      for await (const target of client.targets({ status: "open" })) {
        if (targets.push(judged(target)) >= limit) break;
      }
      return targets;
    },
    modelSources: async (ids) => {
      const sources = new Map<ObjectId, ModelSource>();
      for (const id of ids) {
        const { manifest, decryption_key: decryptionKey } = await client.model(id);
        if (manifest === undefined) continue;
        const { checksum, size } = manifest.metadata;
        sources.set(id, { url: manifest.url, checksum, sizeBytes: Number(size), decryptionKey });
      }
      return sources;
    },
  };
}

/** An engine for models whose embeddings have `dim` values; weights are kept between calls. */
export function openEngine(context: Context, rpcUrl: string, dim: number): ScoringEngine {
  const directory = join(dirname(walletPath(context)), SCORING_DATA);
  const isLocal = LOOPBACK_HOSTS.has(new URL(rpcUrl).hostname);
  return new ScoringEngine({
    model: sizeForDim(dim),
    blobs: new DirectoryBlobs(directory, DOWNLOADS_BYTES_MAX),
    download: { policy: isLocal ? WITH_LOOPBACK : PUBLIC_ONLY, random: Math.random },
  });
}

/** A submission that is final. */
export type Sent = { readonly transaction: TransactionView; readonly bond: bigint };

/** Submits `data` to the target of a verdict; `Taken` if somebody else was faster. */
export async function submitData(
  account: Account,
  data: Uint8Array,
  verdict: TargetVerdict,
  signal?: AbortSignal,
): Promise<Attempt<Sent>> {
  const checksum = toDigest(blake2b256Hex(data));
  const url = account.client.blobUrl(checksum);
  const transaction = await account.transact(
    (coin) => ({
      kind: "SubmitData",
      target_id: verdict.target.id,
      data_manifest: { url, metadata: { checksum, size: BigInt(data.length) } },
      model_id: verdict.winner,
      embedding: vectorTensor(verdict.embedding),
      distance_score: scalarTensor(verdict.distance),
      loss_score: vectorTensor(Float32Array.from(verdict.losses)),
      bond_coin: coin,
    }),
    {},
    signal,
  );
  const { status } = transaction;
  if (status.kind === "Failure" && status.code === "TargetNotOpen") return { kind: "Taken" };
  if (status.kind === "Failure") return { kind: "Sent", sent: { transaction, bond: 0n } };
  // Only now: nobody can copy what is not to be had before its submission is final.
  await account.client.uploadBlob(checksum, data, signal);
  const filled = await account.client.target(verdict.target.id);
  const bond = present(filled.bond_amount, "the bond of a filled target");
  return { kind: "Sent", sent: { transaction, bond } };
}
