/**
 * Submissions that survive their process: the bytes are staged and the journal says where they go
 * before anything is sent; they are hosted once the submission is final, by this call or by a later
 * one. What became of a submission is asked of its target, which knows.
 *
 *     stage → send → final → host → forget
 *
 * @module
 */
import { dirname } from "node:path";

import { SomaError } from "../base/errors.ts";
import { buildSubmission, dataManifest, isTaken } from "../client/submit.ts";
import type { Account } from "../client/transact.ts";
import type { Attempt } from "../scoring/contender.ts";
import type { TargetVerdict } from "../scoring/judge.ts";
import { formatObjectId } from "../types/text.ts";
import {
  entryIds,
  journalDir,
  readEntry,
  removeEntry,
  SUBMISSION_ENTRY,
  type SubmissionEntry,
  writeEntry,
} from "../wallet/journal.ts";
import { stageData, stagedData, unstageData } from "../wallet/staged-data.ts";
import type { ParametersView } from "../wire/json/parameters.ts";
import type { TargetView } from "../wire/json/target.ts";
import type { TransactionView } from "../wire/json/transaction.ts";
import type { Context } from "./command.ts";
import { contextEnv, openContextConfiguration, walletPath } from "./open-wallet.ts";

/** Who submits where, and the journal of that. */
export type Desk = {
  readonly account: Account;
  readonly parameters: ParametersView;
  readonly env: string;
  readonly journal: string;
};

/** What the chain said to a submission. */
export type Sent =
  | {
      readonly kind: "Accepted";
      readonly target: TargetView;
      /** Absent when an earlier call had sent it. */
      readonly transaction: TransactionView | undefined;
    }
  | { readonly kind: "Refused"; readonly transaction: TransactionView };

/** What became of an earlier submission. */
export type Finished = { readonly entry: SubmissionEntry } & (
  | { readonly kind: "Hosted"; readonly target: TargetView }
  /** Its target went to somebody else, or nowhere. */
  | { readonly kind: "Lost" }
  /** Its target is still open: it has not arrived. */
  | { readonly kind: "Waiting" }
);

/** The desk of the active account in the active environment. */
export function openDesk(context: Context, account: Account, parameters: ParametersView): Desk {
  const { alias: env } = contextEnv(context, openContextConfiguration(context));
  return { account, parameters, env, journal: journalDir(dirname(walletPath(context))) };
}

/** Submits `data` to the target of a verdict, unless that was taken. */
export async function submitData(
  desk: Desk,
  data: Uint8Array,
  verdict: TargetVerdict,
  signal?: AbortSignal,
): Promise<Attempt<Sent>> {
  const { account, parameters, journal } = desk;
  const manifest = dataManifest(account.client, data);
  const { build, wish } = buildSubmission(parameters, verdict, manifest);
  // Whether it can be paid for shows before anything is kept.
  await account.prepare(build, wish);
  const { checksum } = manifest.metadata;
  const entry = { id: verdict.target.id, env: desk.env, checksum };
  stageData(journal, checksum, data);
  writeEntry(journal, SUBMISSION_ENTRY, entry);
  const transaction = await account.transact(build, wish, signal);
  if (transaction.status.kind === "Failure" && !isTaken(transaction)) {
    forget(desk, entry);
    return { kind: "Sent", sent: { kind: "Refused", transaction } };
  }
  // Taken, perhaps by ourselves: a call that was cut off may have sent the same.
  const finished = await finish(desk, entry, signal);
  if (finished.kind !== "Hosted" || finished.target.submitter !== account.keypair.address) {
    forget(desk, entry);
    return { kind: "Taken" };
  }
  const isNew = transaction.status.kind === "Success";
  const { target } = finished;
  const sent = { kind: "Accepted", target, transaction: isNew ? transaction : undefined } as const;
  return { kind: "Sent", sent };
}

/** Finishes what earlier calls had sent in this environment. */
export async function finishAll(desk: Desk, signal?: AbortSignal): Promise<readonly Finished[]> {
  const all: Finished[] = [];
  for (const entry of entriesOf(desk)) {
    if (entry.env === desk.env) all.push(await finish(desk, entry, signal));
  }
  return all;
}

async function finish(desk: Desk, entry: SubmissionEntry, signal?: AbortSignal): Promise<Finished> {
  const { client } = desk.account;
  const target = await found(client.target(entry.id, signal));
  if (target?.status === "open") return { kind: "Waiting", entry };
  if (target?.data_checksum !== entry.checksum) {
    forget(desk, entry);
    return { kind: "Lost", entry };
  }
  await client.uploadBlob(entry.checksum, staged(desk, entry), signal);
  forget(desk, entry);
  return { kind: "Hosted", entry, target };
}

function staged({ journal }: Desk, { id, checksum }: SubmissionEntry): Uint8Array {
  const bytes = stagedData(journal, checksum);
  if (bytes !== undefined) return bytes;
  const message = `the bytes of the submission to target ${formatObjectId(id)} are gone`;
  throw new SomaError("staged_missing", `${message} from ${journal}`, {
    hint: "upload the file yourself: PUT /v1/blobs/CHECKSUM at the node; else the bond is lost",
  });
}

/** Bytes stay as long as another submission needs them. */
function forget(desk: Desk, { id, checksum }: SubmissionEntry): void {
  removeEntry(desk.journal, SUBMISSION_ENTRY, id);
  const isNeeded = entriesOf(desk).some((entry) => entry.checksum === checksum);
  if (!isNeeded) unstageData(desk.journal, checksum);
}

function entriesOf({ journal }: Desk): readonly SubmissionEntry[] {
  return entryIds(journal, SUBMISSION_ENTRY).flatMap((id) => {
    const entry = readEntry(journal, SUBMISSION_ENTRY, id);
    return entry === undefined ? [] : [entry];
  });
}

async function found(target: Promise<TargetView>): Promise<TargetView | undefined> {
  try {
    return await target;
  } catch (error) {
    if (error instanceof SomaError && error.code === "target_not_found") return undefined;
    throw error;
  }
}
