/**
 * The installation that the commands of `sup` work on: the environment's folders, the build's keys,
 * this machine.
 *
 * @module
 */
import { dlopen } from "bun:ffi";
import { mkdirSync } from "node:fs";

import { SomaError } from "../../base/errors.ts";
import { lockDirectory } from "../../storage/lock.ts";
import { TRUSTED_KEYS } from "../../sup/build-values.ts";
import { onDisk, supError } from "../../sup/failures.ts";
import type { Installer } from "../../sup/install.ts";
import { systemProbe } from "../../sup/machine.ts";
import { placesOf } from "../../sup/places.ts";
import { type Backend, fulfils, parseTag, parseTarget, type Wish } from "../../sup/release.ts";
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

function takeLock(data: string): ReturnType<typeof lockDirectory> {
  try {
    return lockDirectory(data);
  } catch (error) {
    if (!(error instanceof SomaError)) throw error;
    if (error.code === "directory_locked") {
      throw supError("locked", error.message, undefined, error);
    }
    throw supError("disk", error.message, undefined, error);
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
