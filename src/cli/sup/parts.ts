/**
 * What the commands of `sup` work with: the environment's folders, the build's keys, this machine.
 *
 * @module
 */
import { dlopen } from "bun:ffi";
import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { lockDirectory } from "../../storage/lock.ts";
import { BASE_URL, OWN_TARGET, TRUSTED_KEYS } from "../../sup/build-values.ts";
import { onDisk, supError } from "../../sup/failures.ts";
import type { Installer } from "../../sup/install.ts";
import { detectMachine, findDriver, systemProbe } from "../../sup/machine.ts";
import { placesOf } from "../../sup/places.ts";
import { type Backend, fulfils, parseTag, parseTarget, type Target } from "../../sup/release.ts";
import type { Wish } from "../../sup/release.ts";
import { openSource, type Source } from "../../sup/source.ts";
import { Versions } from "../../sup/versions.ts";
import type { Context } from "../command.ts";

/** The installation of this environment. */
export function openInstaller({ deps }: Pick<Context, "deps">): Installer {
  return {
    versions: new Versions(placesOf(deps.env)),
    keys: TRUSTED_KEYS,
    probe: systemProbe(canLoad),
    nowMs: () => deps.clock.nowMs(),
  };
}

/** Does `change` while no other `sup` changes the same installation. */
export async function exclusively<T>(
  { versions }: Installer,
  change: () => T | Promise<T>,
): Promise<T> {
  const { data } = versions.places;
  onDisk(`write in ${data}`, () => mkdirSync(data, { recursive: true }));
  const lock = takeLock(data);
  try {
    return await change();
  } finally {
    lock.release();
  }
}

/** Where releases are: what was asked for, else the environment, else the build. */
export function sourceOf({ deps }: Pick<Context, "deps">, from: string | undefined): Source {
  const location = from ?? deps.env["SUP_INDEX_URL"] ?? BASE_URL;
  if (location === undefined || location === "") {
    throw supError(
      "noSuchVersion",
      "it is not known where releases are",
      "name a folder or URL of releases with --from, or in SUP_INDEX_URL",
    );
  }
  return openSource(isUrl(location) ? location : resolve(deps.cwd, location), deps.env);
}

/** Whether a location is on the web. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** The build to install: what was asked for, else for this machine with the backend in use. */
export function targetOf(
  installer: Installer,
  options: { readonly target: Target | undefined; readonly backend: Backend | undefined },
): Target {
  if (options.target !== undefined) return options.target;
  const { platform } = detectMachine(installer.probe);
  return { platform, backend: options.backend ?? backendInUse(installer) };
}

/** Fails if the driver that a backend needs is missing. */
export function requireDriver({ probe }: Installer, backend: Backend, isForced: boolean): void {
  const { isPresent, lookedFor } = findDriver(probe, backend);
  if (isPresent || isForced) return;
  const vendor = backend === "cuda" ? "NVIDIA" : "AMD";
  throw new SomaError("driver_missing", `there is no ${vendor} driver here: no ${lookedFor}`, {
    hint: `install the ${vendor} driver, or the default build, or this one anyway with --force`,
  });
}

/** The ids of installed versions that fulfil `wish`, newest last. */
export function findInstalled(
  { versions }: Installer,
  wish: Wish,
  backend: Backend | undefined,
): string[] {
  const found = versions.ids().filter((id) => {
    const receipt = versions.receipt(id);
    const [tag, target] = [parseTag(receipt.tag), parseTarget(receipt.target)];
    if (!tag.ok || !target.ok) return false;
    return fulfils(tag.value, wish) && (backend ?? target.value.backend) === target.value.backend;
  });
  return found.toSorted((a, b) =>
    Bun.semver.order(versionOf(versions.receipt(a).tag), versionOf(versions.receipt(b).tag)),
  );
}

/** The version in a tag. */
export function versionOf(tag: string): string {
  const parsed = parseTag(tag);
  return parsed.ok ? parsed.value.version : "0.0.0";
}

function backendInUse({ versions }: Installer): Backend {
  const { active } = versions.state();
  const text = active === null ? OWN_TARGET : versions.receipt(active).target;
  const target = parseTarget(text ?? "");
  return target.ok ? target.value.backend : "wgpu";
}

function takeLock(data: string): ReturnType<typeof lockDirectory> {
  try {
    return lockDirectory(data);
  } catch (error) {
    if (!(error instanceof SomaError) || error.code !== "directory_locked") throw error;
    throw supError("locked", error.message, "wait until the other sup is done", error);
  }
}

/** Whether the loader finds a library; what it lacks inside does not matter. */
function canLoad(library: string): boolean {
  try {
    dlopen(library, { a_name_that_no_library_has: { args: [], returns: "void" } }).close();
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return error.code !== "ERR_DLOPEN_FAILED";
  }
}

/** Whether a folder is on the search path of the shell. */
export function isOnPath(folder: string, path: string | undefined): boolean {
  return (path ?? "").split(":").some((one) => one !== "" && resolve(one) === folder);
}

/** Executables named `soma` on the search path that come before the link in `bin`. */
export function shadows(bin: string, path: string | undefined): string[] {
  const before: string[] = [];
  for (const folder of (path ?? "").split(":").filter((one) => one !== "")) {
    if (resolve(folder) === bin) break;
    if (existsSync(`${folder}/soma`)) before.push(`${folder}/soma`);
  }
  return before;
}
