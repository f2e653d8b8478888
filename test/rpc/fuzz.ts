/**
 * Requests that are nearly right: what a client sends, damaged a little, so that it gets past the
 * first check and fails in the middle. Whatever comes, the answer is one of the service's own, and
 * the operator hears of no trouble. Every random choice follows from a seed.
 *
 * @module
 */
import { create, toBinary } from "@bufbuild/protobuf";

import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { Prng } from "../../src/base/prng.ts";
import { encode } from "../../src/bcs/schema.ts";
import { explainError } from "../../src/rpc/grpc/errors.ts";
import { nodeMethods } from "../../src/rpc/grpc/node-methods.ts";
import { SYSTEM_STATE_ID } from "../../src/types/address.ts";
import { formatDigest } from "../../src/types/text.ts";
import { signedTransaction, transactionDigest } from "../../src/types/transaction.ts";
import {
  LedgerService as L,
  StateService as S,
  TransactionExecutionService as X,
} from "../../src/wire/generated/soma_pb.js";
import type { Method } from "../../src/wire/grpc/method.ts";
import { signatureMessage } from "../../src/wire/grpc/signature.ts";
import { GRPC_CODE } from "../../src/wire/grpc/status.ts";
import { transactionMessage } from "../../src/wire/grpc/transaction.ts";
import { ALICE, BOB, Surface, transfer } from "./surface.ts";

/** A request that is right. */
type Seed = { readonly path: string; readonly bytes: Uint8Array };

const TEXTS = ["0x\0", "%00", "..", "1e999", "-1", "0".repeat(70), "null", "\u{10ffff}", "[]"];

/** A surface to damage requests for. */
export class Fuzz {
  readonly surface: Surface = new Surface();
  private readonly prng: Prng;
  private readonly methods: ReadonlyMap<string, Method>;
  private readonly seeds: readonly Seed[];

  constructor(seed: number) {
    this.prng = new Prng(seed);
    const { reader, runner, feed } = this.surface.chain;
    const ports = { chain: "localnet", reader, runner, feed, clock: SYSTEM_CLOCK };
    const methods = nodeMethods(ports).map((method) => [method.path, method] as const);
    this.methods = new Map(methods);
    this.seeds = seedsOf(this.surface);
  }

  /** Calls a gRPC method with a damaged request; the code of the answer. */
  async callOne(): Promise<number> {
    const { path, bytes } = this.prng.pick(this.seeds);
    const method = this.methods.get(path);
    if (method?.kind !== "Unary") throw new Error(`${path} is no method of one answer`);
    const report = (error: unknown): void => void this.surface.reported.push(error);
    try {
      await method.serve(this.damage(bytes), { signal: new AbortController().signal });
      return GRPC_CODE.ok;
    } catch (error) {
      return explainError(error, report).code;
    }
  }

  /** Asks a route with a damaged request; the status of the answer. */
  async askOne(): Promise<number> {
    const { prng, surface } = this;
    const { method, path, body } = prng.pick(ROUTES);
    const target = prng.chance(0.7) ? this.damageText(path) : path;
    const text = body && (prng.chance(0.7) ? this.damageText(body(surface)) : body(surface));
    const init = { method: prng.chance(0.05) ? "PATCH" : method, ...(text && { body: text }) };
    const request = requestOf(`http://a.example/${target}`, init);
    if (request === undefined) return 400;
    const response = await surface.app.fetch(request);
    await response.body?.cancel();
    return response.status;
  }

  private damage(bytes: Uint8Array): Uint8Array {
    const { prng } = this;
    const damaged = [...bytes];
    for (let times = 1 + prng.below(4); times > 0; times--) {
      const at = prng.below(damaged.length + 1);
      const kind = prng.below(4);
      if (kind === 0) damaged.splice(at, 1 + prng.below(8));
      else if (kind === 1) damaged.splice(at, 0, ...prng.bytes(1 + prng.below(8)));
      else if (at < damaged.length) damaged[at] = kind === 2 ? prng.below(256) : damaged[at]! ^ 1;
    }
    return new Uint8Array(damaged);
  }

  private damageText(text: string): string {
    const { prng } = this;
    const at = prng.below(text.length + 1);
    switch (prng.below(4)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1 + prng.below(4));
      case 1:
        return text.slice(0, at) + prng.pick(TEXTS) + text.slice(at);
      case 2:
        return text.slice(0, at) + String.fromCodePoint(prng.below(0xd7ff)) + text.slice(at + 1);
      default:
        return text + text.slice(at);
    }
  }
}

function requestOf(url: string, init: RequestInit): Request | undefined {
  try {
    return new Request(url, init);
  } catch (error) {
    // A client cannot even send it.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function seedsOf(surface: Surface): readonly Seed[] {
  const data = transfer(surface, ALICE, BOB.address, 1n);
  const transaction = transactionMessage(data, transactionDigest(data));
  const signatures = ALICE.sign(data).signatures.map(signatureMessage);
  const readMask = { paths: ["*"] };
  const objectId = surface.chain.world.coin(ALICE.address).object_id;
  const digest = formatDigest(surface.chain.reader.latest().contents.transactions[0]!.transaction);
  const requests = [
    [L.method.getObject, { objectId, version: 1n, readMask }],
    [L.method.getObject, { objectId: SYSTEM_STATE_ID, readMask: { paths: ["owner.kind"] } }],
    [L.method.batchGetObjects, { requests: [{ objectId }, { objectId }], readMask }],
    [L.method.getTransaction, { digest, readMask: { paths: ["effects.status", "digest"] } }],
    [L.method.getCheckpoint, { checkpointId: { case: "sequenceNumber", value: 0n } }],
    [L.method.getEpoch, { epoch: 0n, readMask: { paths: ["epoch", "system_state.epoch"] } }],
    [S.method.getBalance, { owner: ALICE.address }],
    [S.method.listOwnedObjects, { owner: ALICE.address, pageSize: 2, objectType: "Coin" }],
    [S.method.listTargets, { statusFilter: "open", epochFilter: 0n, pageSize: 2 }],
    [X.method.executeTransaction, { transaction, signatures, readMask: { paths: ["effects"] } }],
    [X.method.simulateTransaction, { transaction }],
  ] as const;
  return requests.map(([method, request]) => ({
    path: `/${method.parent.typeName}/${method.name}`,
    bytes: toBinary(method.input, create(method.input, request as never)),
  }));
}

type Route = {
  readonly method: "GET" | "POST" | "PUT" | "HEAD" | "OPTIONS";
  readonly path: string;
  readonly body?: (surface: Surface) => string;
};

function transactionBody(surface: Surface): string {
  const data = transfer(surface, ALICE, BOB.address, 1n);
  return JSON.stringify({ tx_bytes: encode(signedTransaction, ALICE.sign(data)).toBase64() });
}

const ID = `0x${"ab".repeat(32)}`;
const ROUTES: readonly Route[] = [
  { method: "GET", path: "v1/info" },
  { method: "GET", path: `v1/objects/${ID}?version=1&bcs=true` },
  { method: "GET", path: `v1/addresses/${ID}/objects?limit=2&type=Coin&cursor=AAAA` },
  { method: "GET", path: `v1/addresses/${ID}/balance` },
  { method: "GET", path: `v1/addresses/${ID}/transactions` },
  { method: "GET", path: "v1/transactions/11111111111111111111111111111111" },
  { method: "POST", path: "v1/transactions", body: transactionBody },
  { method: "POST", path: "v1/transactions/simulate", body: transactionBody },
  { method: "GET", path: "v1/checkpoints/latest" },
  { method: "GET", path: "v1/epochs/0" },
  { method: "GET", path: "v1/targets?status=open&epoch=0&limit=3" },
  { method: "GET", path: "v1/models?limit=3" },
  { method: "HEAD", path: "v1/validators" },
  { method: "OPTIONS", path: "v1/parameters" },
  { method: "PUT", path: `v1/blobs/${"ab".repeat(32)}`, body: () => "a blob" },
  { method: "GET", path: `data/${ID}` },
  { method: "GET", path: `model/${ID}` },
];
