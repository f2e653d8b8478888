/**
 * Two releases of this program for this machine, with keys made for the occasion, served on
 * loopback; and commands run as somebody who has nothing else.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { detectMachine, systemProbe } from "../../src/sup/machine.ts";

/** What a command did. */
export type Run = { readonly code: number; readonly out: string; readonly err: string };

/** A release folder and the server in front of it. */
export type ReleaseFolder = {
  readonly folder: string;
  readonly url: string;
  readonly platform: string;
  readonly close: () => void;
};

const SCRIPT = join(import.meta.dir, "../../scripts/release.ts");

/** Makes the releases of `tags`, oldest first. */
export function makeReleases(tags: readonly string[]): ReleaseFolder {
  const root = mkdtempSync(join(tmpdir(), "soma-releases-"));
  const folder = join(root, "www");
  const { platform } = detectMachine(systemProbe(() => false));
  for (const tag of tags) {
    const options = { tag, out: folder, keys: join(root, "keys"), only: platform, effort: "fast" };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const { success, stderr } = Bun.spawnSync([process.execPath, SCRIPT, ...words]);
    if (!success) throw new Error(stderr.toString());
  }
  const server = serve(folder);
  return {
    folder,
    url: server.url.href.replace(/\/$/, ""),
    platform,
    close: () => {
      void server.stop(true);
      rmSync(root, { recursive: true });
    },
  };
}

/** Runs a line of sh in an environment of its own. */
export async function sh(line: string, env: Readonly<Record<string, string>>): Promise<Run> {
  const path = { PATH: "/usr/bin:/bin" };
  const child = Bun.spawn(["sh", "-c", line], {
    cwd: "/",
    env: { ...path, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, out, err };
}

function serve(folder: string): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const file = Bun.file(join(folder, new URL(request.url).pathname));
      return (await file.exists()) ? new Response(file) : new Response("no", { status: 404 });
    },
  });
}
