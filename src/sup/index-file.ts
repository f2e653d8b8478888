/**
 * The list of releases: one static file beside them and its Ed25519 signature. Whoever serves it
 * need not be trusted: keys are part of the executable, a serial never goes back, and a list that
 * is not renewed expires.
 *
 * @module
 */
import { z } from "zod";

import { ed25519Verify } from "../crypto/ed25519.ts";
import { supError } from "./failures.ts";
import {
  type Backend,
  BACKENDS,
  compareVersions,
  formatTarget,
  formatWish,
  fulfils,
  type Platform,
  PLATFORMS,
  type Target,
  type Wish,
} from "./release.ts";

/** One archive of a release. */
export type Asset = {
  readonly name: string;
  readonly platform: Platform;
  readonly backend: Backend;
  readonly format: "tar.gz" | "tar.xz";
  readonly size: number;
  readonly sha256: string;
};

/** One release. */
export type Release = {
  readonly tag: string;
  readonly channel: string;
  readonly version: string;
  readonly commit: string;
  /** The first and last protocol version that it speaks. */
  readonly protocol: readonly [number, number];
  readonly date: string;
  /** Why nobody should install it any more. */
  readonly yanked?: string | undefined;
  readonly changes: readonly string[];
  readonly assets: readonly Asset[];
};

/** The list. */
export type Index = {
  readonly v: 1;
  readonly serial: number;
  readonly expires: string;
  readonly releases: readonly Release[];
};

/** The name of the list in a release folder. */
export const INDEX_NAME = "index.json";
/** What the name of a signature adds to that of its file. */
export const SIGNATURE_SUFFIX = ".sig";
/** More than this is no list of ours. */
export const INDEX_BYTES_MAX: number = 4 * 1024 * 1024;

const HEX_32 = /^[0-9a-f]{64}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

const asset: z.ZodType<Asset> = z.object({
  name: z.string().regex(NAME),
  platform: z.enum(PLATFORMS),
  backend: z.enum(BACKENDS),
  format: z.enum(["tar.gz", "tar.xz"]),
  size: z.number().int().positive(),
  sha256: z.string().regex(HEX_32),
});

const release: z.ZodType<Release> = z.object({
  tag: z.string().regex(NAME),
  channel: z.string().regex(NAME),
  version: z.string().regex(NAME),
  commit: z.string().max(64),
  protocol: z.tuple([z.number().int(), z.number().int()]),
  date: z.iso.datetime(),
  yanked: z.string().optional(),
  changes: z.array(z.string()),
  assets: z.array(asset).max(64),
});

/** The list as JSON; fields that are not known are left out. */
export const indexSchema: z.ZodType<Index> = z.object({
  v: z.literal(1),
  serial: z.number().int().nonnegative(),
  expires: z.iso.datetime(),
  releases: z.array(release).max(4096),
});

/** What a list is held against. */
export type Trust = {
  /** Ed25519 public keys, 32 bytes each; a signature by one of them is enough. */
  readonly keys: readonly Uint8Array[];
  /** The highest serial seen before. */
  readonly serialMin: number;
  readonly nowMs: number;
};

/** Whether `signature` over `bytes` is by one of `keys`. */
export function isSigned(
  bytes: Uint8Array,
  signature: Uint8Array,
  keys: readonly Uint8Array[],
): boolean {
  return keys.some((key) => ed25519Verify(key, bytes, signature));
}

/** Reads a list that is signed, valid, not older than one seen before and not expired. */
export function readIndex(bytes: Uint8Array, signature: Uint8Array, trust: Trust): Index {
  if (!isSigned(bytes, signature, trust.keys)) {
    throw untrusted("its signature is not by a key of this build");
  }
  const parsed = indexSchema.safeParse(parseJson(bytes));
  if (!parsed.success) throw untrusted(z.prettifyError(parsed.error));
  const index = parsed.data;
  if (index.serial < trust.serialMin) {
    throw untrusted(`it is older (${index.serial}) than one seen before (${trust.serialMin})`);
  }
  if (Date.parse(index.expires) <= trust.nowMs) {
    const now = new Date(trust.nowMs).toISOString();
    throw untrusted(`it expired on ${index.expires}, and the clock of this machine says ${now}`);
  }
  return index;
}

/** The newest release that fulfils `wish`. */
export function findRelease(index: Index, wish: Wish): Release {
  const named = index.releases.filter((one) => fulfils(one, wish));
  const offered = named.filter(({ yanked }) => yanked === undefined);
  const [newest] = offered.toSorted((a, b) => compareVersions(b.version, a.version));
  if (newest !== undefined) return newest;
  const [withdrawn] = named;
  if (withdrawn !== undefined) {
    throw supError("noSuchVersion", `${withdrawn.tag} was withdrawn: ${withdrawn.yanked}`);
  }
  const known = index.releases.map(({ tag }) => tag).slice(0, 5);
  throw supError(
    "noSuchVersion",
    `there is no release for ${formatWish(wish)}`,
    known.length === 0 ? "nothing is released yet" : `there are ${known.join(", ")}`,
  );
}

/** The archive for `target`, in the first of `formats` that there is. */
export function findAsset(
  { tag, assets }: Release,
  target: Target,
  formats: readonly Asset["format"][],
): Asset {
  const { platform, backend } = target;
  const fitting = assets.filter((one) => one.platform === platform && one.backend === backend);
  for (const format of formats) {
    const found = fitting.find((one) => one.format === format);
    if (found !== undefined) return found;
  }
  const built = [...new Set(assets.map(formatTarget))];
  throw supError(
    "noSuchVersion",
    `${tag} was not built for ${formatTarget(target)}`,
    `it was built for ${built.join(", ")}`,
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw untrusted(error.message);
  }
}

function untrusted(why: string): Error {
  return supError("untrusted", `the list of releases cannot be trusted: ${why}`);
}
