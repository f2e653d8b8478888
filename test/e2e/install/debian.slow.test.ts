/**
 * The first contact on a machine that has just been made: a root of Debian with curl and nothing
 * else, `curl | sh` in it, versions that come and go, and the whole walk from what was installed.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { walk } from "../first-light/walk.ts";
import { Shell } from "../shell.ts";
import { hasKernels, makeReleases, type ReleaseFolder, type Run, sh } from "./releases.ts";

setDefaultTimeout(900_000);
const [OLD, NEW] = ["testnet-v0.1.0", "testnet-v0.2.0"] as const;
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
const REPOSITORY = join(import.meta.dir, "../../..");
const HOME = "/opt/person";
const canRun =
  process.platform === "linux" &&
  process.arch === "x64" &&
  process.getuid?.() === 0 &&
  Bun.which("debootstrap") !== null;
const root = mkdtempSync(join(tmpdir(), "soma-debian-"));
let releases: ReleaseFolder;
let hasCuda = false;

beforeAll(async () => {
  if (!canRun) return;
  hasCuda = hasKernels("cuda");
  releases = makeReleases([OLD, NEW], hasCuda ? ["linux-x64-cuda"] : []);
  const line = `debootstrap --variant=minbase --include=curl bookworm ${root}`;
  expect(await sh(line, { PATH })).toMatchObject({ code: 0 });
  for (const folder of [HOME, tmpdir(), REPOSITORY]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
});

afterAll(() => {
  releases?.close();
  rmSync(root, { recursive: true, force: true });
});

/** What enters the root; mounts are there for one command, in a namespace of its own. */
function entering(...mounts: readonly string[]): string {
  const steps = [`mount -t proc proc ${root}/proc`];
  for (const path of mounts) steps.push(`mount --bind ${path} ${root}${path}`);
  return `${steps.join(" && ")} && exec chroot ${root}`;
}

/** Runs a line of sh in the root. */
function inside(line: string, url: string = releases.url): Promise<Run> {
  const env = { PATH: `${HOME}/.local/bin:${PATH}`, HOME, SUP_INDEX_URL: url, LINE: line };
  return sh(`unshare -m /bin/sh -c '${entering()} /bin/sh -c "$LINE"'`, env);
}

async function version(): Promise<string> {
  return (await inside("soma --version")).out.split("-")[0]!.trim();
}

test.skipIf(!canRun)("curl | sh, versions that come and go, and what is not trusted", async () => {
  const install = `curl -sSfL ${releases.url}/install.sh | sh -s -- --version 0.1.0`;
  expect(await inside("command -v bun node openssl || true")).toMatchObject({ out: "" });
  // Without OpenSSL only the release that the script belongs to can be checked by it.
  expect(await inside(install)).toMatchObject({ code: 4 });
  const newest = `curl -sSfL ${releases.url}/install.sh | sh`;
  expect(await inside(newest)).toMatchObject({ code: 0 });
  expect(await version()).toBe("soma 0.2.0");

  expect(await inside("sup install soma@0.1.0")).toMatchObject({ code: 0 });
  expect(await version()).toBe("soma 0.1.0");
  expect(await inside("sup update")).toMatchObject({ code: 0 });
  expect(await version()).toBe("soma 0.2.0");
  expect(await inside("sup rollback")).toMatchObject({ code: 0 });
  expect(await version()).toBe("soma 0.1.0");

  const spoilt = join(root, "opt/spoilt");
  cpSync(releases.folder, spoilt, { recursive: true });
  truncateSync(join(spoilt, NEW, `soma-${NEW}-linux-x64.tar.gz`), 1000);
  const afresh = "rm -rf ~/.cache/sup; sup remove 0.2.0; sup update";
  expect(await inside(afresh, "/opt/spoilt")).toMatchObject({ code: 5 });
  truncateSync(join(spoilt, "index.json"), 1000);
  expect(await inside("sup update", "/opt/spoilt")).toMatchObject({ code: 4 });
  expect(await version()).toBe("soma 0.1.0");
});

test.skipIf(!canRun)(
  "a build for a GPU that is not there is refused, unless it is forced",
  async () => {
    const refused = await inside("sup install soma --backend cuda");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain("--force");
    const forced = await inside("sup install soma --backend cuda --force");
    expect(forced.code).toBe(hasCuda ? 0 : 3);
    expect(await inside("sup install soma --backend wgpu")).toMatchObject({ code: 0 });
    expect(await version()).toBe("soma 0.2.0");
  },
);

test.skipIf(!canRun)("the walk in that root, from what was installed", async () => {
  // What the walk reads and writes lies in two folders of this machine.
  const soma = `/usr/bin/env -C "$PWD" ${HOME}/.local/bin/soma "$@"`;
  const script = `PATH=${PATH}; ${entering(tmpdir(), REPOSITORY)} ${soma}`;
  const words = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script, "soma"];
  const shell = new Shell(words);
  try {
    await walk(shell);
  } finally {
    await shell.close();
  }
});

test.skipIf(!canRun)("uninstalling takes all of it away", async () => {
  expect(await inside("sup self uninstall --yes")).toMatchObject({ code: 0 });
  for (const path of [".local/bin/soma", ".local/bin/sup", ".local/share/sup", ".cache/sup"]) {
    expect({ path, isThere: existsSync(join(root, HOME, path)) }).toEqual({ path, isThere: false });
  }
});
