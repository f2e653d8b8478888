/**
 * The services beside a node: the faucet, scoring by reference and, on a local network, the end of
 * an epoch on request. Browser-safe.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { FINALITY_LIMITS } from "../protocol/limits.ts";
import type { Address } from "../types/address.ts";
import { advancedView } from "../wire/json/admin.ts";
import type { FaucetView } from "../wire/json/faucet.ts";
import {
  scoreRequest,
  type ScoreRequestView,
  type ScoreView,
  scoreView,
} from "../wire/json/score.ts";
import { encodeView } from "../wire/json/view.ts";
import { requestCoins } from "./faucet.ts";
import { HttpCaller } from "./http.ts";

/** Where the services of a network are; one that is absent cannot be used. */
export type ServiceUrls = {
  readonly faucet?: string | undefined;
  readonly scoring?: string | undefined;
  readonly admin?: string | undefined;
};

/** The service gives up by itself before that. */
const ADVANCE_TIMEOUT_MS: number = FINALITY_LIMITS.epochAdvanceMs + 5_000;
const SCORE_TIMEOUT_MS = 600_000;

/** The services of one network. */
export class Services {
  readonly urls: ServiceUrls;

  constructor(urls: ServiceUrls) {
    this.urls = urls;
  }

  /** Has the faucet send coins; resolves when a node shows them. */
  requestCoins(recipient: Address, signal?: AbortSignal): Promise<FaucetView> {
    return requestCoins(this.url("faucet"), recipient, signal);
  }

  /** How models do on data that has a URL. */
  score(request: ScoreRequestView, signal?: AbortSignal): Promise<ScoreView> {
    return new HttpCaller(this.url("scoring")).json(scoreView, {
      method: "POST",
      path: "/score",
      body: JSON.stringify(encodeView(scoreRequest, request)),
      signal,
      timeoutMs: SCORE_TIMEOUT_MS,
    });
  }

  /** Whether the scoring service answers. */
  async isScoringHealthy(signal?: AbortSignal): Promise<boolean> {
    const caller = new HttpCaller(this.url("scoring"), { attempts: 1 });
    try {
      return (await caller.send({ method: "GET", path: "/health", signal })).ok;
    } catch (error) {
      if (error instanceof SomaError && error.code !== "cancelled") return false;
      throw error;
    }
  }

  /** Ends the epoch of a local network; the epoch that has begun. */
  async advanceEpoch(signal?: AbortSignal): Promise<bigint> {
    const { epoch } = await new HttpCaller(this.url("admin")).json(advancedView, {
      method: "POST",
      path: "/advance-epoch",
      body: "{}",
      signal,
      timeoutMs: ADVANCE_TIMEOUT_MS,
    });
    return epoch;
  }

  private url(name: keyof ServiceUrls): string {
    const url = this.urls[name];
    if (url !== undefined) return url;
    throw new SomaError("service_unknown", `it is not known where the ${name} service is`, {
      hint: `give its URL: new Soma({ rpc, ${name}: "http://…" })`,
    });
  }
}
