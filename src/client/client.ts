/**
 * A node seen from a program: typed reads of everything it serves, transactions, blobs and events.
 * Lists come page by page as async iterators. Browser-safe.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { decode, encode } from "../bcs/schema.ts";
import { type Address, type Digest, type ObjectId, SYSTEM_STATE_ID } from "../types/address.ts";
import { type SystemState, systemState } from "../types/system-state.ts";
import { formatAddress, formatDigest, formatObjectId } from "../types/text.ts";
import {
  type SignedTransaction,
  signedTransaction,
  type TransactionData,
  transactionData,
} from "../types/transaction.ts";
import { type BalanceView, balanceView } from "../wire/json/balance.ts";
import { type BlobView, blobView } from "../wire/json/blob.ts";
import { type CheckpointView, checkpointView } from "../wire/json/checkpoint.ts";
import { type EpochView, epochView } from "../wire/json/epoch.ts";
import { API_VERSION, type InfoView, infoView } from "../wire/json/info.ts";
import { type ModelView, modelView } from "../wire/json/model.ts";
import { type ObjectProofView, objectProofView } from "../wire/json/object-proof.ts";
import { type ObjectView, objectView } from "../wire/json/object.ts";
import {
  modelPage,
  objectPage,
  type PageView,
  targetPage,
  transactionPage,
} from "../wire/json/page.ts";
import { type ParametersView, parametersView } from "../wire/json/parameters.ts";
import { type TargetFilterName, type TargetView, targetView } from "../wire/json/target.ts";
import { type TransactionProofView, transactionProofView } from "../wire/json/transaction-proof.ts";
import {
  type SimulationView,
  simulationView,
  transactionRequest,
  type TransactionView,
  transactionView,
} from "../wire/json/transaction.ts";
import { type ValidatorsView, validatorsView } from "../wire/json/validator.ts";
import { encodeView, type View } from "../wire/json/view.ts";
import { HttpCaller, type HttpOptions, TRANSFER_TIMEOUT_MS } from "./http.ts";
import { commitment } from "./seal.ts";

/** Which targets to list. */
export type TargetQuery = {
  readonly status?: TargetFilterName;
  readonly epoch?: bigint;
  readonly submitter?: Address;
};

/** The longest a node waits for finality, and a little more. */
const EXECUTE_TIMEOUT_MS = 100_000;
/** What is streamed may be gigabytes. */
const STREAM_TIMEOUT_MS = 86_400_000;
const PAGE_ROWS = 200;
/** The content of an object in BCS has its id before it. */
const ID_BYTES = 32;

/** A connection to one node. */
export class SomaClient {
  readonly url: string;
  private readonly http: HttpCaller;

  constructor(url: string, options: HttpOptions = {}) {
    this.http = new HttpCaller(url, options);
    this.url = this.http.url;
  }

  /** The node and its network. */
  info(signal?: AbortSignal): Promise<InfoView> {
    return this.http.get(infoView, "/v1/info", signal);
  }

  /** Throws `api_version_mismatch` unless the node is of the level that this SDK understands. */
  async checkApiVersion(signal?: AbortSignal): Promise<void> {
    const { api_version: level, server_version: server } = await this.info(signal);
    if (level === API_VERSION) return;
    const message = `${this.url} speaks level ${level} of the API, this SDK level ${API_VERSION}`;
    throw new SomaError("api_version_mismatch", message, {
      hint: `use the SDK that comes with the node's version, ${server}`,
    });
  }

  /** The live state of the whole network in one value: validators, models, parameters, economy. */
  async systemState(signal?: AbortSignal): Promise<SystemState> {
    const { bcs_bytes = new Uint8Array(0) } = await this.objectWithBytes(SYSTEM_STATE_ID, signal);
    const decoded = decode(systemState, bcs_bytes.subarray(ID_BYTES));
    if (decoded.ok) return decoded.value;
    const message = `${this.url} has a system state of another layout: ${decoded.error.reason}`;
    throw new SomaError("answer_invalid", message, {
      hint: "see whether the SDK is of the node's version: await client.checkApiVersion()",
    });
  }

  /** The live version of an object. */
  object(id: ObjectId, signal?: AbortSignal): Promise<ObjectView> {
    return this.http.get(objectView, `/v1/objects/${formatObjectId(id)}`, signal);
  }

  /** A past version of an object, as long as the node keeps it. */
  objectVersion(id: ObjectId, version: bigint, signal?: AbortSignal): Promise<ObjectView> {
    const path = `/v1/objects/${formatObjectId(id)}?version=${version}`;
    return this.http.get(objectView, path, signal);
  }

  /** The live version of an object, with its content in BCS. */
  objectWithBytes(id: ObjectId, signal?: AbortSignal): Promise<ObjectView> {
    return this.http.get(objectView, `/v1/objects/${formatObjectId(id)}?bcs=true`, signal);
  }

  /** The proof that a certified checkpoint left an object as it is. */
  objectProof(id: ObjectId, signal?: AbortSignal): Promise<ObjectProofView> {
    return this.http.get(objectProofView, `/v1/objects/${formatObjectId(id)}/proof`, signal);
  }

  /** What an address holds in coins. */
  balance(owner: Address, signal?: AbortSignal): Promise<BalanceView> {
    return this.http.get(balanceView, `/v1/addresses/${formatAddress(owner)}/balance`, signal);
  }

  /** Objects of an address; coins come richest first. */
  objects(
    owner: Address,
    type?: "Coin" | "StakedSoma",
    signal?: AbortSignal,
  ): AsyncIterable<ObjectView> {
    const query = type === undefined ? {} : { type };
    return this.list(objectPage, `/v1/addresses/${formatAddress(owner)}/objects`, query, signal);
  }

  /** Transactions of an address, newest first. */
  transactions(owner: Address, signal?: AbortSignal): AsyncIterable<TransactionView> {
    const path = `/v1/addresses/${formatAddress(owner)}/transactions`;
    return this.list(transactionPage, path, {}, signal);
  }

  /** A final transaction. */
  transaction(digest: Digest, signal?: AbortSignal): Promise<TransactionView> {
    return this.http.get(transactionView, `/v1/transactions/${formatDigest(digest)}`, signal);
  }

  /** The proof that a certified checkpoint executed a transaction. */
  transactionProof(digest: Digest, signal?: AbortSignal): Promise<TransactionProofView> {
    const path = `/v1/transactions/${formatDigest(digest)}/proof`;
    return this.http.get(transactionProofView, path, signal);
  }

  /** A certified checkpoint. */
  checkpoint(sequence: bigint | "latest", signal?: AbortSignal): Promise<CheckpointView> {
    return this.http.get(checkpointView, `/v1/checkpoints/${sequence}`, signal);
  }

  /** A certified checkpoint, with its certified summary in BCS. */
  checkpointWithBytes(sequence: bigint, signal?: AbortSignal): Promise<CheckpointView> {
    return this.http.get(checkpointView, `/v1/checkpoints/${sequence}?bcs=true`, signal);
  }

  /** An epoch. */
  epoch(epoch: bigint | "latest", signal?: AbortSignal): Promise<EpochView> {
    return this.http.get(epochView, `/v1/epochs/${epoch}`, signal);
  }

  /** The parameters in force. */
  parameters(signal?: AbortSignal): Promise<ParametersView> {
    return this.http.get(parametersView, "/v1/parameters", signal);
  }

  /** The validators. */
  validators(signal?: AbortSignal): Promise<ValidatorsView> {
    return this.http.get(validatorsView, "/v1/validators", signal);
  }

  /** Targets by what can be done with them. */
  targets(query: TargetQuery = {}, signal?: AbortSignal): AsyncIterable<TargetView> {
    const fields = {
      ...(query.status && { status: query.status }),
      ...(query.epoch !== undefined && { epoch: query.epoch.toString() }),
      ...(query.submitter && { submitter: formatAddress(query.submitter) }),
    };
    return this.list(targetPage, "/v1/targets", fields, signal);
  }

  /** One target. */
  target(id: ObjectId, signal?: AbortSignal): Promise<TargetView> {
    return this.http.get(targetView, `/v1/targets/${formatObjectId(id)}`, signal);
  }

  /** All models. */
  models(signal?: AbortSignal): AsyncIterable<ModelView> {
    return this.list(modelPage, "/v1/models", {}, signal);
  }

  /** One model. */
  model(id: ObjectId, signal?: AbortSignal): Promise<ModelView> {
    return this.http.get(modelView, `/v1/models/${formatObjectId(id)}`, signal);
  }

  /** Executes a transaction; resolves when it is final, successful or not. */
  execute(transaction: SignedTransaction, signal?: AbortSignal): Promise<TransactionView> {
    const tx_bytes = encode(signedTransaction, transaction);
    return this.http.json(transactionView, {
      method: "POST",
      path: "/v1/transactions",
      body: JSON.stringify(encodeView(transactionRequest, { tx_bytes })),
      signal,
      timeoutMs: EXECUTE_TIMEOUT_MS,
    });
  }

  /** What a transaction would do now; no signature is needed. */
  simulate(transaction: TransactionData, signal?: AbortSignal): Promise<SimulationView> {
    const tx_bytes = encode(transactionData, transaction);
    const body = encodeView(transactionRequest, { tx_bytes });
    return this.http.post(simulationView, "/v1/transactions/simulate", body, signal);
  }

  /** Where a blob is served under its checksum. */
  blobUrl(checksum: Digest): string {
    return `${this.url}/v1/blobs/${checksum}`;
  }

  /** The blob with this checksum, whole; its digest is checked. */
  async blob(checksum: Digest, signal?: AbortSignal): Promise<Uint8Array> {
    return checked(checksum, await this.http.bytes(`/v1/blobs/${checksum}`, signal));
  }

  /** The file that won a target, from wherever the node finds it. */
  winningData(target: ObjectId, signal?: AbortSignal): Promise<Uint8Array> {
    return this.http.bytes(`/data/${formatObjectId(target)}`, signal);
  }

  /** The weights of a model as they were committed to: encrypted; their digest is checked. */
  async weights(id: ObjectId, signal?: AbortSignal): Promise<Uint8Array> {
    const [{ manifest }, bytes] = await Promise.all([
      this.model(id, signal),
      this.http.bytes(`/model/${formatObjectId(id)}`, signal),
    ]);
    return manifest === undefined ? bytes : checked(manifest.metadata.checksum, bytes);
  }

  /** Stores bytes under their checksum; storing them again changes nothing. */
  uploadBlob(
    checksum: Digest,
    bytes: Uint8Array | ReadableStream<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<BlobView> {
    return this.http.json(blobView, {
      method: "PUT",
      path: `/v1/blobs/${checksum}`,
      body: bytes,
      contentType: "application/octet-stream",
      signal,
      timeoutMs: bytes instanceof Uint8Array ? TRANSFER_TIMEOUT_MS : STREAM_TIMEOUT_MS,
    });
  }

  private async *list<T>(
    view: View<PageView<T>>,
    path: string,
    fields: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<T, void, undefined> {
    let cursor: string | null = null;
    do {
      const page = { limit: String(PAGE_ROWS), ...(cursor === null ? {} : { cursor }) };
      const query = new URLSearchParams({ ...fields, ...page });
      const answer: PageView<T> = await this.http.get(view, `${path}?${query.toString()}`, signal);
      yield* answer.data;
      cursor = answer.next_cursor;
    } while (cursor !== null);
  }
}

function checked(checksum: Digest, bytes: Uint8Array): Uint8Array {
  if (commitment(bytes) === checksum) return bytes;
  const message = `the node sent other bytes than those of ${formatDigest(checksum)}`;
  throw new SomaError("blob_mismatch", message);
}
