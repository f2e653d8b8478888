/**
 * What `sup doctor` does: looks at everything that is known to keep Soma from running, and says for
 * each what to do.
 *
 * @module
 */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

import { TRUSTED_KEYS } from "../../sup/build-values.ts";
import type { Installer } from "../../sup/install.ts";
import { detectMachine, findDriver } from "../../sup/machine.ts";
import { BACKENDS, hasWebgpu } from "../../sup/release.ts";
import { smokeRun } from "../../sup/smoke.ts";
import type { Context } from "../command.ts";
import { openInstaller } from "./installation.ts";
import { isOnPath, pathHint, shadows } from "./search-path.ts";

/** One thing that was looked at. */
type Finding = {
  readonly name: string;
  readonly state: "ok" | "note" | "problem";
  readonly text: string;
};

/** An archive, what is in it, and both for a while. */
const ROOM_BYTES_MIN = 500_000_000;
const PORTS = { node: 9000, faucet: 9123, scoring: 9124, admin: 9125 } as const;

/** `doctor` */
export function doctorAction(context: Context, isQuick: boolean): void {
  const { output, deps } = context;
  const installer = openInstaller(context);
  const findings = [
    processor(installer),
    ...folders(installer),
    room(installer),
    versionInUse(installer),
    ...(isQuick ? [] : [...searchPath(installer, deps.env["PATH"]), ...drivers(installer)]),
    ...(isQuick ? [] : [keys(), ...ports()]),
  ];
  const problems = findings.filter(({ state }) => state === "problem");
  output.result({ ok: problems.length === 0, findings }, () => {
    const signs = { ok: output.colors.green("✓"), note: " ", problem: output.colors.red("✗") };
    for (const { name, state, text } of findings) output.line(`${signs[state]} ${name}: ${text}`);
  });
  if (problems.length > 0) output.failed();
}

function processor({ probe }: Installer): Finding {
  const { platform, hasAvx2, isTranslated } = detectMachine(probe);
  const name = "machine";
  if (hasAvx2 === false) {
    return {
      name,
      state: "note",
      text: `${platform} without AVX2: what starts here computes slowly`,
    };
  }
  return { name, state: "ok", text: isTranslated ? `${platform}, translated` : platform };
}

function folders({ versions }: Installer): Finding[] {
  return Object.entries(versions.places).map(([name, path]) => {
    const isWritable = canWrite(path);
    const text = isWritable ? path : `cannot write in ${path}: check who owns it`;
    return { name: `${name} folder`, state: isWritable ? "ok" : "problem", text };
  });
}

/** How much can still be written where versions are kept. */
function room({ versions }: Installer): Finding {
  const { bavail, bsize } = statfsSync(nearest(versions.places.data));
  const bytes = bavail * bsize;
  const text = `${(bytes / 1e9).toFixed(1)} GB free`;
  if (bytes >= ROOM_BYTES_MIN) return { name: "room", state: "ok", text };
  return { name: "room", state: "problem", text: `${text}, too little for an update: sup cleanup` };
}

/** A folder, or the nearest one above it that exists. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}

/** Whether a folder can be written in or made. */
function canWrite(path: string): boolean {
  try {
    accessSync(nearest(path), constants.W_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

function versionInUse({ versions, probe }: Installer): Finding {
  const name = "version in use";
  const { active } = versions.state();
  if (active === null) return { name, state: "note", text: "none; next: sup install soma" };
  try {
    return { name, state: "ok", text: smokeRun(versions.executable(active), probe) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name, state: "problem", text: error.message };
  }
}

function searchPath({ versions }: Installer, path: string | undefined): Finding[] {
  const { bin } = versions.places;
  const onPath: Finding = isOnPath(bin, path)
    ? { name: "PATH", state: "ok", text: `${bin} is on it` }
    : { name: "PATH", state: "problem", text: `add ${bin}: ${pathHint(bin)}` };
  const hidden = shadows(bin, path).map((other): Finding => ({
    name: "PATH",
    state: "problem",
    text: `${other} hides ${bin}/soma: remove it, or put ${bin} before it`,
  }));
  return [onPath, ...hidden];
}

function drivers({ probe }: Installer): Finding[] {
  return BACKENDS.map((backend) => {
    const { platform } = detectMachine(probe);
    if (backend === "wgpu" && !hasWebgpu(platform)) {
      const text = `there is no WebGPU library for ${platform}: the processor computes`;
      return { name: "backend wgpu", state: "note", text };
    }
    const { isPresent, lookedFor } = findDriver(probe, backend);
    const text = isPresent ? "can be used" : `no driver: looked for ${lookedFor}`;
    return { name: `backend ${backend}`, state: isPresent ? "ok" : "note", text };
  });
}

function keys(): Finding {
  const count = TRUSTED_KEYS.length;
  const text = count === 0 ? "none: this build cannot install releases" : `${count} in this build`;
  return { name: "trusted keys", state: count === 0 ? "problem" : "ok", text };
}

function ports(): Finding[] {
  return Object.entries(PORTS).map(([service, port]) => {
    const isFree = canListen(port);
    const text = isFree ? `port ${port} is free` : `port ${port} is taken: see --port-base`;
    return { name: service, state: isFree ? "ok" : "note", text };
  });
}

function canListen(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } }).stop(true);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
