/**
 * What to install and where it comes from: the options of a command, else the environment, else
 * what is in use, else this build.
 *
 * @module
 */
import { resolve } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { BASE_URL, OWN_TARGET } from "../../sup/build-values.ts";
import { supError } from "../../sup/failures.ts";
import type { Installer } from "../../sup/install.ts";
import { detectMachine, findDriver } from "../../sup/machine.ts";
import { type Backend, parseTarget, type Target } from "../../sup/release.ts";
import { openSource, type Source } from "../../sup/source.ts";
import type { Context } from "../command.ts";

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

function backendInUse({ versions }: Installer): Backend {
  const target = parseTarget(versions.inUse()?.target ?? OWN_TARGET ?? "");
  return target.ok ? target.value.backend : "wgpu";
}
