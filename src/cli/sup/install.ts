/**
 * What `sup install` and `sup update` do.
 *
 * @module
 */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";

import { OWN_TAG } from "../../sup/build-values.ts";
import { findRelease, type Release } from "../../sup/index-file.ts";
import {
  bringArchive,
  checkArchive,
  type Choice,
  chooseArchive,
  fetchIndex,
  type Installer,
  isInstalledFrom,
  place,
  type Verified,
} from "../../sup/install.ts";
import {
  type Backend,
  compareVersions,
  formatTarget,
  parseTag,
  type Target,
  type Wish,
} from "../../sup/release.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { startProgress } from "../progress.ts";
import { exclusively, openInstaller, versionOf } from "./installation.ts";
import { switchTo } from "./switch.ts";
import { isUrl, requireDriver, sourceOf, targetOf } from "./wanted.ts";

type BuildOptions = {
  readonly backend: Backend | undefined;
  readonly target: Target | undefined;
  readonly from: string | undefined;
  readonly force: boolean;
};
type InstallOptions = BuildOptions & { readonly verifyOnly: boolean; readonly noSwitch: boolean };

const CHANGES_SHOWN = 10;
const LEAVES = "the version in use stays in use, and the download goes on where it stopped";

/** `install` */
export async function installAction(
  context: Context,
  wish: Wish,
  options: InstallOptions,
): Promise<void> {
  const installer = openInstaller(context);
  await exclusively(installer, () =>
    interruptible(context.deps, LEAVES, (signal) =>
      install(context, installer, { wish, options, signal }),
    ),
  );
}

/** `update` */
export async function updateAction(
  context: Context,
  options: BuildOptions & { readonly check: boolean },
): Promise<void> {
  const installer = openInstaller(context);
  const current = tagInUse(installer);
  const channel = current === undefined ? undefined : channelOf(current);
  const wish = channel === undefined ? {} : { channel };
  const index = await fetchIndex(installer, sourceOf(context, options.from));
  const newest = findRelease(index, wish);
  const isNewer = current === undefined || compareVersions(newest.version, versionOf(current)) > 0;
  const document = { current: current ?? null, newest: newest.tag, update: isNewer };
  if (options.check || !isNewer) {
    context.output.result({ ...document, changes: newest.changes }, () =>
      context.output.line(
        isNewer ? `${newest.tag} can be installed: sup update` : `${newest.tag} is the newest.`,
      ),
    );
    return;
  }
  tellNews(context, newest);
  const exact = { channel: newest.channel, version: newest.version };
  await installAction(context, exact, { ...options, verifyOnly: false, noSwitch: false });
}

/** What is new in a release, in a few lines. */
function tellNews({ output }: Context, { tag, changes, protocol }: Release): void {
  const [first, last] = protocol;
  output.note(
    `${tag} speaks protocol ${first === last ? first : `${first} to ${last}`}. New in it:`,
  );
  for (const change of changes.slice(0, CHANGES_SHOWN)) output.note(`  ${change}`);
  const more = changes.length - CHANGES_SHOWN;
  if (more > 0) output.note(`  and ${more} more: sup update --check --json`);
}

async function install(
  context: Context,
  installer: Installer,
  wanted: {
    readonly wish: Wish;
    readonly options: InstallOptions;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { options } = wanted;
  const found = await find(context, installer, wanted);
  const target = formatTarget(found.target);
  if (options.verifyOnly) return tellGenuine(context, await found.bring());
  requireDriver(installer, found.target.backend, options.force);
  const id = `${found.tag}-${target}`;
  const isThere = await isInstalledFrom(installer.versions, id, found.hashes);
  if (!isThere || options.force) {
    const verified = await found.bring();
    context.output.note(`  Installing ${id} …`);
    await place(installer, verified);
  }
  const { sha256 } = installer.versions.receipt(id).archive;
  const document = { id, tag: found.tag, target, sha256, installed: !isThere || options.force };
  if (options.noSwitch) {
    context.output.result(document, () => context.output.line(`Installed ${id}.`));
    return;
  }
  switchTo(context, installer, id, document);
}

/** An archive that was found, on this disk or elsewhere. */
type Found = Pick<Verified, "tag" | "target"> & {
  readonly hashes: readonly string[];
  readonly bring: () => Promise<Verified>;
};

async function find(
  context: Context,
  installer: Installer,
  { wish, options, signal }: Parameters<typeof install>[2],
): Promise<Found> {
  const file = archiveFile(context, options.from);
  if (file !== undefined) {
    const verified = await checkArchive(installer, file);
    return { ...verified, hashes: [verified.sha256], bring: async () => verified };
  }
  const target = targetOf(installer, options);
  requireDriver(installer, target.backend, options.force || options.verifyOnly);
  const source = sourceOf(context, options.from);
  const choice = await chooseArchive(installer, source, { wish, target }, signal);
  const { tag, hashes } = choice;
  return { tag, target, hashes, bring: () => bring(context, installer, choice, signal) };
}

async function bring(
  context: Context,
  installer: Installer,
  choice: Choice,
  signal: AbortSignal,
): Promise<Verified> {
  const { name, size } = choice.asset;
  context.output.note(`  Bringing ${name} from ${choice.source.name} …`);
  const progress = startProgress(context, name, size);
  try {
    return await bringArchive(installer, choice, { signal, onBytes: progress.update });
  } finally {
    progress.finish();
  }
}

function tellGenuine({ output }: Context, { tag, target, sha256, file }: Verified): void {
  output.result({ tag, target: formatTarget(target), sha256, file }, () =>
    output.line(`${file} is genuine.`),
  );
}

function archiveFile({ deps }: Context, from: string | undefined): string | undefined {
  if (from === undefined || isUrl(from)) return undefined;
  const path = resolve(deps.cwd, from);
  return existsSync(path) && statSync(path).isFile() ? path : undefined;
}

function tagInUse({ versions }: Installer): string | undefined {
  return versions.inUse()?.tag ?? OWN_TAG;
}

function channelOf(tag: string): string | undefined {
  const parsed = parseTag(tag);
  return parsed.ok ? parsed.value.channel : undefined;
}
