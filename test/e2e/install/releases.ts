/**
 * Releases of this program, with keys made for the occasion, served on loopback; and commands run
 * as somebody who has nothing else.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openKeys } from "../../../scripts/release/keys.ts";
import { type Index, INDEX_NAME, indexSchema } from "../../../src/sup/index-file.ts";
import { detectMachine, systemProbe } from "../../../src/sup/machine.ts";
import type { Platform } from "../../../src/sup/release.ts";

/** What a command did. */
export type Run = { readonly code: number; readonly out: string; readonly err: string };

/** A release folder and the server in front of it. */
export type ReleaseFolder = {
  readonly folder: string;
  readonly url: string;
  readonly platform: string;
  /** The folder of the signing keys. */
  readonly keys: string;
  readonly close: () => void;
};

const SCRIPT = join(import.meta.dir, "../../../scripts/release.ts");

/** Makes the releases of `tags`, oldest first, for this machine, and the last for `more` too. */
export function makeReleases(tags: readonly string[], more: readonly string[] = []): ReleaseFolder {
  const root = mkdtempSync(join(tmpdir(), "soma-releases-"));
  const [folder, keys] = [join(root, "www"), join(root, "keys")];
  for (const tag of tags) {
    const only = [hostPlatform(), ...(tag === tags.at(-1) ? more : [])].join(",");
    const options = { tag, out: folder, keys, only, effort: "fast" };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const { success, stderr } = Bun.spawnSync([process.execPath, SCRIPT, ...words]);
    if (!success) throw new Error(stderr.toString());
  }
  const server = serve(folder);
  return {
    folder,
    url: server.url.href.replace(/\/$/, ""),
    platform: hostPlatform(),
    keys,
    close: () => {
      void server.stop(true);
      rmSync(root, { recursive: true });
    },
  };
}

/** The platform of this machine. */
export function hostPlatform(): Platform {
  return detectMachine(systemProbe(() => false)).platform;
}

/** Whether the library of kernels for a GPU is built here, which takes compilers. */
export function hasKernels(backend: "cuda" | "rocm"): boolean {
  const script = join(import.meta.dir, "../../../scripts/kernels.ts");
  return Bun.spawnSync([process.execPath, script, backend]).success;
}

/** Changes the list in `folder` and signs it with the keys in `keys`. */
export function changeIndex(folder: string, keys: string, change: Partial<Index>): void {
  const path = join(folder, INDEX_NAME);
  const index = indexSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  writeFileSync(path, JSON.stringify({ ...index, ...change }));
  openKeys(keys).sign(path);
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

/** Serves a folder on loopback. */
export function serve(folder: string, tls?: Bun.TLSOptions): Bun.Server<undefined> {
  return Bun.serve({
    ...(tls && { tls }),
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const file = Bun.file(join(folder, new URL(request.url).pathname));
      return (await file.exists()) ? new Response(file) : new Response("no", { status: 404 });
    },
  });
}
