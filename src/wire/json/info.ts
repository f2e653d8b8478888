/**
 * What a node says about itself and its network, in JSON.
 *
 * @module
 */
import { z } from "zod";

import type { Digest } from "../../types/address.ts";
import { count, digest, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/**
 * The level of the JSON surface and of this SDK: raised when one no longer understands the other.
 * A field or a route more changes nothing.
 */
export const API_VERSION = 1n;

/** A node and its network. */
export type InfoView = {
  /** The digest of the genesis checkpoint. */
  readonly chain_id: Digest;
  /** The name of the network, such as `localnet`. */
  readonly chain: string;
  readonly epoch: bigint;
  readonly epoch_start_timestamp_ms: bigint;
  readonly epoch_duration_ms: bigint;
  /** The last certified checkpoint and its time. */
  readonly checkpoint_height: bigint;
  readonly timestamp_ms: bigint;
  readonly protocol_version: bigint;
  /** Which clients understand it: those with this `API_VERSION`. */
  readonly api_version: bigint;
  readonly server_version: string;
};

/** A node and its network, in JSON. */
export const infoView: View<InfoView> = z.object({
  chain_id: digest,
  chain: z.string(),
  epoch: count,
  epoch_start_timestamp_ms: u64,
  epoch_duration_ms: u64,
  checkpoint_height: u64,
  timestamp_ms: u64,
  protocol_version: u64,
  api_version: count,
  server_version: z.string(),
});

/** What a node answers to whoever knows nothing of it. */
export type IndexView = {
  readonly name: string;
  readonly version: string;
  /** The name of the network, such as `localnet`. */
  readonly chain: string;
  /** Paths of the node by what is there. */
  readonly links: Readonly<Record<string, string>>;
};

/** What a node answers to whoever knows nothing of it, in JSON. */
export const indexView: View<IndexView> = z.object({
  name: z.string(),
  version: z.string(),
  chain: z.string(),
  links: z.record(z.string(), z.string()),
});

/** That a node answers. */
export const healthView: View<{ readonly status: "ok" }> = z.object({ status: z.literal("ok") });
