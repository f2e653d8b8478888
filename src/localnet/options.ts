/**
 * How a local network is asked for and what the asker gets.
 *
 * @module
 */
import type { Control } from "../admin/service.ts";
import type { Logger, LogOptions } from "../base/log.ts";
import type { ModelConfig } from "../model/config.ts";
import type { ScorerOptions } from "../scoring/scorer.ts";
import type { ServiceName } from "./ports.ts";

/** What may be chosen about a local network. */
export type LocalnetOptions = {
  /** Where it is kept and goes on; without one it is a new network that is forgotten at the end. */
  readonly directory: string | undefined;
  /** Ports that were asked for, 0 for any; others are those kept with the network or the usual. */
  readonly ports?: Readonly<Partial<Record<ServiceName, number>>>;
  /** Services to leave out. */
  readonly without?: readonly ("faucet" | "scoring")[];
  /** A new network's number of validators, 4 unless given. */
  readonly committeeSize?: number;
  /** A new network's length of an epoch, a day unless given. */
  readonly epochDurationMs?: number;
  /** The size of a new network's models, the small one unless given. */
  readonly model?: ModelConfig;
  /** Whether models compete in a new network from the start; there are small ones only. */
  readonly hasDemoModels?: boolean;
  /** The `client.yaml` that learns the URLs, so that commands find the network. */
  readonly clientYaml?: string;
  /** Nodes run in processes of their own, whose logs tell so much; else in this one. */
  readonly processes?: { readonly logLevel: LogOptions["level"] };
  /** Where the scoring service scores; on the processor unless given. */
  readonly scoring?: ScorerOptions;
  /** Random bytes that are fit for keys. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log?: Logger;
  /** Told what is being done. */
  readonly onStep?: (step: string) => void;
};

/** Where the services of a local network are. */
export type LocalnetUrls = {
  readonly rpc: string;
  readonly faucet: string | undefined;
  readonly scoring: string | undefined;
  readonly admin: string;
};

/** A local network that runs and answers. */
export type Localnet = {
  readonly urls: LocalnetUrls;
  readonly control: Control;
  /** Where its files are. */
  readonly directory: string;
  readonly isKept: boolean;
  /** Whether it was founded by this start. */
  readonly isNew: boolean;
  readonly committeeSize: number;
  readonly epochDurationMs: number;
  /** What was asked for and could not be had, for people. */
  readonly warnings: readonly string[];
  /** Rejects when the network stops because it cannot go on. */
  readonly failed: Promise<never>;
  readonly stop: () => Promise<void>;
};
