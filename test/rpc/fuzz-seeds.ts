/**
 * Requests that are right: one or more for every method of one answer, every route of the
 * reference, and every codec that reads bytes from outside.
 *
 * @module
 */
import { create, toBinary } from "@bufbuild/protobuf";

import { type Codec, encode } from "../../src/bcs/schema.ts";
import type { OpenApiDocument } from "../../src/rpc/http/openapi/document.ts";
import { SYSTEM_STATE_ID, toDigest } from "../../src/types/address.ts";
import { formatDigest, formatObjectId } from "../../src/types/text.ts";
import {
  signedTransaction,
  transactionData,
  transactionDigest,
} from "../../src/types/transaction.ts";
import { Health } from "../../src/wire/generated/grpc/health_pb.js";
import {
  LedgerService as L,
  StateService as S,
  TransactionExecutionService as X,
} from "../../src/wire/generated/soma_pb.js";
import { gasRequest, scoreRequest } from "../../src/wire/grpc/bcs-services.ts";
import { signatureMessage } from "../../src/wire/grpc/signature.ts";
import { transactionMessage } from "../../src/wire/grpc/transaction.ts";
import { ALICE, BOB, type Surface, transfer } from "./surface.ts";

/** A gRPC request that is right. */
export type CallSeed = { readonly path: string; readonly bytes: Uint8Array };

/** A request of HTTP that is right. */
export type AskSeed = {
  readonly method: string;
  readonly path: string;
  readonly body?: () => string;
};

/** Bytes that a codec reads. */
export type DecodeSeed = { readonly codec: Codec<unknown>; readonly bytes: Uint8Array };

/** A request for every gRPC method of one answer. */
export function callSeeds(surface: Surface): readonly CallSeed[] {
  const data = transfer(surface, ALICE, BOB.address, 1n);
  const transaction = transactionMessage(data, transactionDigest(data));
  const signatures = ALICE.sign(data).signatures.map(signatureMessage);
  const readMask = { paths: ["*"] };
  const { coin, digest, target } = namesOf(surface);
  const requests = [
    [L.method.getServiceInfo, {}],
    [L.method.getObject, { objectId: coin, version: 1n, readMask }],
    [L.method.getObject, { objectId: SYSTEM_STATE_ID, readMask: { paths: ["owner.kind"] } }],
    [L.method.batchGetObjects, { requests: [{ objectId: coin }, { objectId: coin }], readMask }],
    [L.method.getTransaction, { digest, readMask: { paths: ["effects.status", "digest"] } }],
    [L.method.batchGetTransactions, { digests: [digest, digest], readMask }],
    [L.method.getCheckpoint, { checkpointId: { case: "sequenceNumber", value: 0n }, readMask }],
    [L.method.getEpoch, { epoch: 0n, readMask: { paths: ["epoch", "system_state.epoch"] } }],
    [S.method.getBalance, { owner: ALICE.address }],
    [S.method.listOwnedObjects, { owner: ALICE.address, pageSize: 2, objectType: "Coin" }],
    [S.method.getTarget, { targetId: target, readMask }],
    [S.method.listTargets, { statusFilter: "open", epochFilter: 0n, pageSize: 2 }],
    [S.method.getChallenge, {}],
    [S.method.listChallenges, {}],
    [X.method.executeTransaction, { transaction, signatures, readMask: { paths: ["effects"] } }],
    [X.method.simulateTransaction, { transaction }],
    [Health.method.check, { service: "soma.rpc.LedgerService" }],
  ] as const;
  return requests.map(([method, request]) => ({
    path: `/${method.parent.typeName}/${method.name}`,
    bytes: toBinary(method.input, create(method.input, request as never)),
  }));
}

/** A request for every route that a document has. */
export function askSeeds(surface: Surface, { paths }: OpenApiDocument): readonly AskSeed[] {
  const { coin, digest, target, model } = namesOf(surface);
  const ids: Readonly<Record<string, string>> = { objects: coin, targets: target, data: target };
  const values: Readonly<Record<string, string>> = {
    address: `0x${ALICE.address}`,
    checkpoint: "0",
    checksum: "ab".repeat(32),
    digest,
    epoch: "0",
    version: "1",
    bcs: "true",
    limit: "2",
    cursor: "AAAA",
    status: "open",
    type: "Coin",
    from: "0",
    submitter: `0x${BOB.address}`,
  };
  const valueOf = (path: string, name: string): string =>
    values[name] ?? ids[path.split("/").find((part) => part in ids) ?? ""] ?? model;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, { parameters, requestBody }]) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(path, name));
      const query = parameters
        .filter((one) => one.in === "query")
        .map(({ name }) => `${name}=${valueOf(path, name)}`)
        .join("&");
      return {
        method: verb.toUpperCase(),
        path: query === "" ? filled : `${filled}?${query}`,
        ...(requestBody && { body: () => transactionBody(surface) }),
      };
    }),
  );
}

/** Bytes for every codec that reads what clients send. */
export function decodeSeeds(surface: Surface): readonly DecodeSeed[] {
  const data = transfer(surface, ALICE, BOB.address, 1n);
  const checksum = toDigest("ab".repeat(32));
  const manifest = { url: "http://a.example/w", checksum: formatDigest(checksum), size: 7n };
  const score = {
    data_url: "http://a.example/d",
    data_checksum: formatDigest(checksum),
    data_size: 7n,
    model_manifests: [{ ...manifest, decryption_key: undefined }],
    target_embedding: new Float32Array([0.5, -0.25]),
    seed: 1n,
  };
  return [
    seed(transactionData, data),
    seed(signedTransaction, ALICE.sign(data)),
    seed(gasRequest, { recipient: `0x${ALICE.address}` }),
    seed(scoreRequest, score),
  ];
}

function seed<T>(codec: Codec<T>, value: T): DecodeSeed {
  return { codec: codec as Codec<unknown>, bytes: encode(codec, value) };
}

function transactionBody(surface: Surface): string {
  const data = transfer(surface, ALICE, BOB.address, 1n);
  return JSON.stringify({ tx_bytes: encode(signedTransaction, ALICE.sign(data)).toBase64() });
}

function namesOf({
  chain,
}: Surface): Readonly<Record<"coin" | "digest" | "target" | "model", string>> {
  const { transaction } = chain.reader.latest().contents.transactions[0]!;
  return {
    coin: formatObjectId(chain.world.coin(ALICE.address).object_id),
    digest: formatDigest(transaction),
    target: formatObjectId(chain.world.list("Target")[0]!.id),
    model: `0x${"ab".repeat(32)}`,
  };
}
