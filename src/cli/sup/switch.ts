/**
 * What `sup use` and `sup rollback` do.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { supError } from "../../sup/failures.ts";
import type { Installer } from "../../sup/install.ts";
import { type Backend, formatWish, type Wish } from "../../sup/release.ts";
import { smokeRun } from "../../sup/smoke.ts";
import { configDir } from "../../wallet/config-dir.ts";
import type { Context } from "../command.ts";
import { exclusively, findInstalled, openInstaller } from "./installation.ts";
import { isOnPath, pathHint, shadows } from "./search-path.ts";

/** `use` */
export async function useAction(
  context: Context,
  wish: Wish,
  backend: Backend | undefined,
): Promise<void> {
  const installer = openInstaller(context);
  const id = findInstalled(installer, wish, backend).at(-1);
  if (id === undefined) {
    const installed = installer.versions.ids().join(", ") || "nothing";
    throw supError(
      "noSuchVersion",
      `${formatWish(wish)} is not installed`,
      `installed is ${installed}; sup install brings others`,
    );
  }
  await exclusively(installer, () => switchTo(context, installer, id, { id }));
}

/** `rollback` */
export async function rollbackAction(context: Context): Promise<void> {
  const installer = openInstaller(context);
  const { previous } = installer.versions.state();
  if (previous === null || !installer.versions.ids().includes(previous)) {
    throw supError("noSuchVersion", "there is no version to go back to", "see: sup list");
  }
  await exclusively(installer, () => switchTo(context, installer, previous, { id: previous }));
}

/** Lets the links lead to a version that starts, and says so with what else is worth knowing. */
export function switchTo(
  context: Context,
  { versions, probe }: Installer,
  id: string,
  document: Readonly<Record<string, unknown>>,
): void {
  const { output, deps } = context;
  const said = smokeRun(versions.executable(id), probe);
  const before = versions.state().active;
  versions.activate(id);
  const { bin } = versions.places;
  const link = versions.linkPath("soma");
  const full = { ...document, version: said, active: id, previous: before, link };
  output.result({ ...full, on_path: isOnPath(bin, deps.env["PATH"]) }, () => {
    output.line(`${output.colors.green("✓")} ${said} is in use: ${link}`);
  });
  if (!isOnPath(bin, deps.env["PATH"])) {
    output.note(`${bin} is not on your PATH. Add it:\n  ${pathHint(bin)}`);
  }
  for (const shadow of shadows(bin, deps.env["PATH"])) {
    output.warn(`${shadow} hides this version: remove it, or put ${bin} before it on your PATH`);
  }
  const pid = runningNetwork(context);
  if (pid !== undefined) {
    output.warn(`process ${pid} runs with the version of before until it is started again`);
  }
}

/** The process that holds the configuration directory, if one does. */
function runningNetwork({ deps }: Context): number | undefined {
  try {
    const pid = Number(readFileSync(join(configDir(deps.env, deps.cwd), "soma.pid"), "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // No directory, no such process, or one of somebody else.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
