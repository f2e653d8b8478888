/**
 * A network for scripts: its node, its services, and an account that acts, in one object. It does
 * what the commands do, with exact numbers instead of text. Browser-safe.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Address, ObjectId } from "../types/address.ts";
import type { Manifest } from "../types/manifest.ts";
import { formatObjectId, parseAddress, parseObjectId } from "../types/text.ts";
import type { CheckpointView } from "../wire/json/checkpoint.ts";
import type { ScoreModelView, ScoreView } from "../wire/json/score.ts";
import type { TargetView } from "../wire/json/target.ts";
import { Actions } from "./actions.ts";
import { SomaClient } from "./client.ts";
import { checkpointEvents, type EventOptions } from "./events.ts";
import { HttpCaller } from "./http.ts";
import type { Keypair } from "./keypair.ts";
import { pause } from "./pause.ts";
import { Services, type ServiceUrls } from "./services.ts";
import { type Claim, dataManifest } from "./submit.ts";
import { Account } from "./transact.ts";

/** Where a network is. */
export type NetworkUrls = ServiceUrls & { readonly rpc: string };

/** How data did at a target, and where it is hosted. */
export type Attempt = {
  readonly claim: Claim;
  readonly manifest: Manifest;
  readonly score: ScoreView;
  /** Whether it is near enough. */
  readonly wins: boolean;
};

const POLL_MS = 500;

/** A connection to a network, as one account or only to read. */
export class Soma {
  readonly client: SomaClient;
  readonly services: Services;
  private readonly keypair: Keypair | undefined;
  private actions: Actions | undefined;

  constructor(urls: NetworkUrls, keypair?: Keypair) {
    this.client = new SomaClient(urls.rpc);
    this.services = new Services(urls);
    this.keypair = keypair;
  }

  /** The address of the account. */
  get address(): Address {
    return this.key().address;
  }

  /** What the account can do. */
  get me(): Actions {
    this.actions ??= new Actions(new Account(this.client, this.key()));
    return this.actions;
  }

  /** The same network as another account. */
  as(keypair: Keypair): Soma {
    return new Soma({ ...this.services.urls, rpc: this.client.url }, keypair);
  }

  /** What an address, or the account itself, holds in coins, in shannons. */
  async balance(owner: Address = this.address, signal?: AbortSignal): Promise<bigint> {
    return (await this.client.balance(owner, signal)).total_balance;
  }

  /** Has the faucet send coins to the account; what it holds then. */
  async fund(signal?: AbortSignal): Promise<bigint> {
    await this.services.requestCoins(this.address, signal);
    return this.balance(this.address, signal);
  }

  /** Every checkpoint as it becomes final. */
  events(options: EventOptions = {}): AsyncGenerator<CheckpointView, void, undefined> {
    return checkpointEvents(new HttpCaller(this.client.url), options);
  }

  /** When the next epoch begins by plan, in Unix ms; with `later`, the one so many after it. */
  async nextEpochMs(later: bigint = 0n, signal?: AbortSignal): Promise<bigint> {
    const info = await this.client.info(signal);
    return info.epoch_start_timestamp_ms + (later + 1n) * info.epoch_duration_ms;
  }

  /** Resolves when the epoch after the present one has begun; that epoch. */
  async nextEpoch(signal?: AbortSignal): Promise<bigint> {
    const { epoch } = await this.client.info(signal);
    for (;;) {
      const { epoch: now } = await this.client.info(signal);
      if (now > epoch) return now;
      await pause(POLL_MS, signal);
    }
  }

  /** Hosts data at the node under its checksum. */
  async host(data: Uint8Array, signal?: AbortSignal): Promise<Manifest> {
    const manifest = dataManifest(this.client, data);
    await this.client.uploadBlob(manifest.metadata.checksum, data, signal);
    return manifest;
  }

  /** Scores data at a target by the scoring service; the data is hosted for that. */
  async attempt(target: TargetView, data: Uint8Array, signal?: AbortSignal): Promise<Attempt> {
    const manifest = await this.host(data, signal);
    const score = await this.services.score(
      {
        data_url: manifest.url,
        data_checksum: manifest.metadata.checksum,
        data_size: manifest.metadata.size,
        model_manifests: await this.weightsOf(target, signal),
        target_embedding: target.embedding,
        seed: 0n,
      },
      signal,
    );
    const [distance = Infinity] = score.distance;
    const claim: Claim = {
      target: { id: target.target_id, reward: target.reward_pool },
      winner: target.model_ids[score.winner]!,
      losses: score.loss_score.map((loss) => loss ?? Infinity),
      embedding: score.embedding,
      distance,
    };
    return { claim, manifest, score, wins: distance <= target.distance_threshold };
  }

  /** The weights of a target's models, in its order; all of them must be revealed. */
  async weightsOf(
    { target_id, model_ids }: TargetView,
    signal?: AbortSignal,
  ): Promise<readonly ScoreModelView[]> {
    const models = await Promise.all(model_ids.map((id) => this.client.model(id, signal)));
    return models.map(({ manifest, decryption_key }) => {
      if (manifest !== undefined) {
        return { url: manifest.url, ...manifest.metadata, decryption_key };
      }
      const message = `a model of target ${formatObjectId(target_id)} has no weights yet`;
      throw new SomaError("manifest_missing", message);
    });
  }

  private key(): Keypair {
    if (this.keypair !== undefined) return this.keypair;
    throw new SomaError("no_account", "this connection has no account, it can only read", {
      hint: "make a key with `soma wallet new`, or give one: new Soma(urls, keypair)",
    });
  }
}

/** Reads an address a person wrote: 64 hex digits, with or without 0x. */
export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.value;
  throw new SomaError("invalid_argument", parsed.error);
}

/** Reads the id of an object, model or target that a person wrote. */
export function objectId(text: string): ObjectId {
  const parsed = parseObjectId(text);
  if (parsed.ok) return parsed.value;
  throw new SomaError("invalid_argument", parsed.error);
}
