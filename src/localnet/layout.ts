/**
 * The files of a local network in the configuration directory, beside those of the wallet. Every
 * name that belongs to the network stands here once, so that a reset removes all of them and
 * nothing else.
 *
 * @module
 */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { BlobCache } from "../blobs/cache.ts";
import { DirectoryBlobs } from "../blobs/directory.ts";
import { diskError } from "../blobs/disk.ts";

/** Where the files of a network are. */
export type Layout = {
  readonly directory: string;
  /** What this program keeps of the network; written last, so it stands for a whole network. */
  readonly network: string;
  readonly genesis: string;
  readonly fullnode: string;
  readonly blobs: string;
  /** What the scoring service fetched. */
  readonly scoring: string;
};

/** The genesis, from the directory of the configuration. */
export const GENESIS = "genesis.blob";

/** Databases by node, from the directory of the configuration. */
export const DATABASES = {
  ledger: "authorities_db",
  consensus: "consensus_db",
  fullnode: "full_node_db",
} as const;

/** Validators of the largest local network. */
export const VALIDATORS_MAX = 20;

const BLOBS_BYTES_MAX = 16 * 1024 * 1024 * 1024;
const SCORING_BYTES_MAX = 16 * 1024 * 1024 * 1024;
const NETWORK = "network.yaml";
const FULLNODE = "fullnode.yaml";
const BLOBS = "blobs";
const SCORING = "scoring-service";

/** The files of the network in `directory`. */
export function layoutOf(directory: string): Layout {
  return {
    directory,
    network: join(directory, NETWORK),
    genesis: join(directory, GENESIS),
    fullnode: join(directory, FULLNODE),
    blobs: join(directory, BLOBS),
    scoring: join(directory, SCORING),
  };
}

/** The configuration of the validator with this number, from 0. */
export function validatorPath({ directory }: Layout, number: number): string {
  return join(directory, validatorFile(number));
}

/** The blobs that the node of a directory hosts. */
export function openBlobs({ blobs }: Layout): DirectoryBlobs {
  return new DirectoryBlobs(blobs, BLOBS_BYTES_MAX);
}

/** What the scoring service of a directory fetched from elsewhere. */
export function openScoringBlobs({ scoring }: Layout): BlobCache {
  return new BlobCache(scoring, SCORING_BYTES_MAX);
}

/** Removes the network in `directory`; keys, aliases and the client's configuration stay. */
export function removeNetwork(directory: string): void {
  const validators = Array.from({ length: VALIDATORS_MAX }, (_, number) => validatorFile(number));
  // The file that stands for the whole goes first: what a crash leaves is then no network.
  const databases = Object.values(DATABASES);
  const names = [NETWORK, GENESIS, FULLNODE, ...validators, ...databases, BLOBS, SCORING];
  try {
    for (const name of names) rmSync(join(directory, name), { recursive: true, force: true });
  } catch (error) {
    throw diskError(directory, error);
  }
}

function validatorFile(number: number): string {
  return `validator_${number}.yaml`;
}
