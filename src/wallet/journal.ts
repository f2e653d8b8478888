/**
 * What only this person knows and needs again: the key and embedding that a model's reveal must
 * show, the submissions on their way. One file an entry, readable by its owner only, replaced
 * atomically; an entry that cannot be read costs no other.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { compareText } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import { type Digest, type ObjectId, toDigest } from "../types/address.ts";
import { formatObjectId, parseDigest, parseObjectId } from "../types/text.ts";
import { type Damage, readJsonFile } from "./json-file.ts";
import { attempt, ensureDirectory, removeSmallFile, replaceSmallFile } from "./small-file.ts";

/** A model between its commit and its reveal; `id` is the model's. */
export type ModelEntry = {
  readonly id: ObjectId;
  /**
   * What opens its commitments: the one that stands and, until it is known what became of it, the
   * one that was sent to replace it.
   */
  readonly commits: readonly CommitSecret[];
};

/** What the reveal of one commitment must show. */
export type CommitSecret = {
  /** The environment in which it was committed. */
  readonly env: string;
  /** The 32-byte key of the weights in Base58. */
  readonly decryption_key: string;
  readonly embedding: readonly number[];
  readonly weights_url: string;
};

/** Data sent to a target, until it is known to be hosted or refused; `id` is the target's. */
export type SubmissionEntry = {
  readonly id: ObjectId;
  /** The environment to which it was sent. */
  readonly env: string;
  /** BLAKE2b-256 of the data, under which it is staged. */
  readonly checksum: Digest;
};

/** A kind of entry: its name on disk and its form. */
export type EntryKind<T extends { readonly id: ObjectId }> = {
  readonly name: string;
  readonly schema: z.ZodType<T>;
};

/** Entries of one kind that a journal holds. */
export const ENTRIES_MAX = 10_000;

const id = z.string().transform((text, context): ObjectId => {
  const parsed = parseObjectId(text);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: "custom", message: parsed.error });
  return z.NEVER;
});

const base58 = z.string().refine((text) => parseDigest(text).ok, "32 bytes in Base58 expected");
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(toDigest);

/** Models to reveal. */
export const MODEL_ENTRY: EntryKind<ModelEntry> = {
  name: "model",
  schema: z.object({
    id,
    commits: z.array(
      z.object({
        env: z.string(),
        decryption_key: base58,
        embedding: z.array(z.number()),
        weights_url: z.string(),
      }),
    ),
  }),
};

/** Submissions to finish. */
export const SUBMISSION_ENTRY: EntryKind<SubmissionEntry> = {
  name: "submission",
  schema: z.object({ id, env: z.string(), checksum: digest }),
};

const DAMAGE: Damage = {
  code: "journal_corrupt",
  what: "an entry of the journal",
  hint: "restore it from a backup; without it a committed model cannot be revealed",
};

/** The journal that belongs to the configuration directory `configDir`. */
export function journalDir(configDir: string): string {
  return join(configDir, "journal");
}

/** Writes `entry`, in place of an older one of its id. */
export function writeEntry<T extends { readonly id: ObjectId }>(
  directory: string,
  kind: EntryKind<T>,
  entry: T,
): void {
  ensureDirectory(directory);
  const others = entryIds(directory, kind).filter((known) => known !== entry.id);
  if (others.length >= ENTRIES_MAX) {
    throw new SomaError("journal_full", `${directory} holds ${ENTRIES_MAX} entries`, {
      hint: `remove old ${kind.name} entries from it`,
    });
  }
  const document = { ...entry, id: formatObjectId(entry.id) };
  replaceSmallFile(
    entryPath(directory, kind, entry.id),
    `${JSON.stringify(document, undefined, 2)}\n`,
  );
}

/** The entry of `wanted`, or `undefined` when there is none. */
export function readEntry<T extends { readonly id: ObjectId }>(
  directory: string,
  kind: EntryKind<T>,
  wanted: ObjectId,
): T | undefined {
  return readJsonFile(entryPath(directory, kind, wanted), kind.schema, DAMAGE);
}

/** Removes the entry of `wanted`; says whether there was one. */
export function removeEntry<T extends { readonly id: ObjectId }>(
  directory: string,
  kind: EntryKind<T>,
  wanted: ObjectId,
): boolean {
  return removeSmallFile(entryPath(directory, kind, wanted));
}

/** The ids of all entries of one kind, in their order. */
export function entryIds<T extends { readonly id: ObjectId }>(
  directory: string,
  kind: EntryKind<T>,
): readonly ObjectId[] {
  ensureDirectory(directory);
  const names = attempt("list", directory, () => readdirSync(directory));
  const ids: ObjectId[] = [];
  for (const name of names) {
    if (!name.startsWith(`${kind.name}-`) || !name.endsWith(".json")) continue;
    const parsed = parseObjectId(name.slice(kind.name.length + 1, -".json".length));
    if (parsed.ok) ids.push(parsed.value);
  }
  return ids.sort(compareText);
}

function entryPath<T extends { readonly id: ObjectId }>(
  directory: string,
  kind: EntryKind<T>,
  wanted: ObjectId,
): string {
  return join(directory, `${kind.name}-${wanted}.json`);
}
