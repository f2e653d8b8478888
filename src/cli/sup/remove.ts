/**
 * What `sup remove`, `sup cleanup` and `sup self uninstall` do.
 *
 * @module
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { onDisk, supError } from "../../sup/failures.ts";
import type { Installer } from "../../sup/install.ts";
import { type Backend, formatWish, type Wish } from "../../sup/release.ts";
import { LINKS } from "../../sup/versions.ts";
import { configDir } from "../../wallet/config-dir.ts";
import type { Context } from "../command.ts";
import { confirm } from "../confirm.ts";
import { exclusively, findInstalled, openInstaller } from "./installation.ts";

type CleanupOptions = { readonly olderThan: number; readonly dryRun: boolean };

const MS_PER_DAY = 86_400_000;

/** `remove` */
export async function removeAction(
  { deps, output }: Context,
  wish: Wish,
  backend: Backend | undefined,
): Promise<void> {
  const installer = openInstaller({ deps });
  const ids = findInstalled(installer, wish, backend);
  if (ids.length === 0) {
    throw supError("noSuchVersion", `${formatWish(wish)} is not installed`, "see: sup list");
  }
  await exclusively(installer, () => {
    for (const id of ids) installer.versions.remove(id);
  });
  output.result({ removed: ids }, () => output.line(`Removed ${ids.join(", ")}.`));
}

/** `cleanup` */
export async function cleanupAction(
  { deps, output }: Context,
  options: CleanupOptions,
): Promise<void> {
  const installer = openInstaller({ deps });
  const ids = forgotten(installer, options.olderThan);
  const { cache } = installer.versions.places;
  const downloads = existsSync(cache) ? readdirSync(cache) : [];
  if (!options.dryRun) {
    await exclusively(installer, () => {
      for (const id of ids) installer.versions.remove(id);
      onDisk(`remove ${cache}`, () => rmSync(cache, { recursive: true, force: true }));
    });
  }
  const document = { removed: ids, downloads, dry_run: options.dryRun };
  output.result(document, () => {
    const verb = options.dryRun ? "Would remove" : "Removed";
    const what = [...ids, ...downloads.map((name) => join(cache, name))];
    output.line(what.length === 0 ? "There is nothing to remove." : `${verb} ${what.join(", ")}.`);
  });
}

/** `self uninstall` */
export async function uninstallAction(context: Context, isPurging: boolean): Promise<void> {
  const { deps, output } = context;
  const installer = openInstaller(context);
  const { versions } = installer;
  const wallets = configDir(deps.env, deps.cwd);
  const ours = LINKS.filter((name) => versions.isOurs(name));
  const links = ours.map((name) => versions.linkPath(name));
  const folders = [versions.places.data, versions.places.cache];
  await confirm(context, `remove ${[...links, ...folders].join(", ")}`);
  if (isPurging) await confirm(context, `remove ${wallets} with all keys in it`);
  const gone = [...folders, ...(isPurging ? [wallets] : [])].filter(existsSync);
  await exclusively(installer, () => {
    for (const name of ours) versions.unlink(name);
  });
  // The lock is in one of the folders: Windows removes no file that is open.
  onDisk("uninstall", () => {
    for (const path of gone) rmSync(path, { recursive: true, force: true });
  });
  const removed = [...links, ...gone];
  output.result({ removed, kept: isPurging ? [] : [wallets] }, () => {
    output.line(`Removed ${removed.join(", ")}.`);
    if (!isPurging && existsSync(wallets)) output.line(`Kept ${wallets}: wallets and networks.`);
  });
}

/** Versions that are neither in use nor the one before, and old enough. */
function forgotten({ versions, nowMs }: Installer, days: number): string[] {
  const { active, previous } = versions.state();
  return versions.ids().filter((id) => {
    const ageMs = nowMs() - Date.parse(versions.receipt(id).installed_at);
    return id !== active && id !== previous && ageMs >= days * MS_PER_DAY;
  });
}
