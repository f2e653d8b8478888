/**
 * The HTTP surface over a chain in memory, with accounts whose keys are known, and helpers that ask
 * it and read its answers.
 *
 * @module
 */
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Hono } from "hono";

import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { encode } from "../../src/bcs/schema.ts";
import { DirectoryBlobs } from "../../src/blobs/directory.ts";
import type { BlobStore } from "../../src/blobs/store.ts";
import { Keypair } from "../../src/client/keypair.ts";
import type { GenesisConfig } from "../../src/ledger/genesis/config.ts";
import { createApp } from "../../src/rpc/http/app.ts";
import type { OpenApiDocument } from "../../src/rpc/http/openapi/document.ts";
import type { Connection, HttpEnv, HttpPorts } from "../../src/rpc/http/ports.ts";
import type { Address } from "../../src/types/address.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import {
  signedTransaction,
  type TransactionData,
  transactionData,
} from "../../src/types/transaction.ts";
import { bytesOf, SOMA, testConfig } from "../ledger/fixtures.ts";
import { TestChain } from "./chain.ts";
import { Described } from "./described.ts";

/** The largest blob that the surface takes. */
export const BLOB_BYTES_MAX = 4_096;

/** The key that a name determines. */
function keyOf(name: string): Keypair {
  return new Keypair(bytesOf(`key pair of ${name}`, 32));
}

/** Who has coins from the beginning. */
export const ALICE: Keypair = keyOf("alice");
/** Another one. */
export const BOB: Keypair = keyOf("bob");
/** Nobody: has nothing. */
export const NOBODY: Keypair = keyOf("nobody");

/** The test network with three coins of 1,000 SOMA each for Alice and Bob. */
function surfaceConfig(): Partial<GenesisConfig> {
  const coins = [ALICE, BOB].flatMap(({ address }) =>
    [1, 2, 3].map(() => ({ recipient: address, amount: 1_000n * SOMA })),
  );
  return { allocations: [...testConfig().allocations, ...coins] };
}

/** The reference is the same for every surface. */
let reference: Described | undefined;

/** The surface over a fresh chain. */
export class Surface {
  readonly chain: TestChain = new TestChain(surfaceConfig());
  /** What was reported to the operator. */
  readonly reported: unknown[] = [];
  readonly blobs: BlobStore;
  readonly app: Hono<HttpEnv>;
  private readonly directory: string = mkdtempSync(join(tmpdir(), "soma-rpc-"));

  constructor(changes: Partial<HttpPorts> = {}) {
    this.blobs = new DirectoryBlobs(this.directory, 1_048_576);
    const { reader, runner, feed } = this.chain;
    this.app = createApp({
      chain: "testnet",
      reader,
      runner,
      feed,
      blobs: { store: this.blobs, bytesMax: BLOB_BYTES_MAX },
      clock: SYSTEM_CLOCK,
      report: (error) => this.reported.push(error),
      ...changes,
    });
  }

  /** Removes what the surface stored. */
  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** An answer, whatever it is, as long as it is one that the reference describes. */
  async ask(path: string, init: RequestInit = {}, connection: Connection = {}): Promise<Response> {
    const response = await this.app.request(path, init, connection);
    const described = await this.described();
    expect(await described.faults(init.method ?? "GET", path, response)).toEqual([]);
    return response;
  }

  /** What the surface says of itself. */
  async described(): Promise<Described> {
    const document = async (): Promise<OpenApiDocument> =>
      (await (await this.app.request("/openapi.json")).json()) as OpenApiDocument;
    reference ??= new Described(await document());
    return reference;
  }

  /** The JSON at `path`, which must be there. */
  async read(path: string): Promise<Json> {
    const response = await this.ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    return (await response.json()) as Json;
  }

  /** The problem that a request ends in. */
  async problem(path: string, init: RequestInit = {}): Promise<Json> {
    const response = await this.ask(path, init);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = (await response.json()) as Json;
    expect(problem["status"]).toBe(response.status);
    expect(problem["type"]).toBe(`/problems/${String(problem["code"])}`);
    return problem;
  }

  /** BCS of a transfer of Alice's, not signed. */
  unsigned(): Uint8Array {
    return encode(transactionData, transfer(this, ALICE, BOB.address, SOMA));
  }

  /** A transaction of `keypair` that its richest coin pays for. */
  data(keypair: Keypair, kind: TransactionKind): TransactionData {
    const { address } = keypair;
    return { kind, sender: address, gas_payment: [this.chain.world.coin(address)] };
  }
}

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** The body and method of a request that sends JSON. */
export function post(body: unknown): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/** The request that executes `data`, signed by `keypair`. */
export function executing(keypair: Keypair, data: TransactionData): RequestInit {
  return post({ tx_bytes: encode(signedTransaction, keypair.sign(data)).toBase64() });
}

/** Gives `amount` shannons of the coin that pays to `recipient`. */
export function transfer(
  surface: Surface,
  keypair: Keypair,
  recipient: Address,
  amount: bigint,
): TransactionData {
  const coin = surface.chain.world.coin(keypair.address);
  return surface.data(keypair, { kind: "TransferCoin", coin, amount, recipient });
}
