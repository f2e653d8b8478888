/**
 * The first contact on a machine that has just been made: a root of Debian with curl and nothing
 * else, `curl | sh` in it, and then the whole walk from what was installed.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { walk } from "../first-light/walk.ts";
import { Shell } from "../shell.ts";
import { makeReleases, type ReleaseFolder, sh } from "./releases.ts";

setDefaultTimeout(900_000);
const canRun =
  process.platform === "linux" && process.getuid?.() === 0 && Bun.which("debootstrap") !== null;
const root = mkdtempSync(join(tmpdir(), "soma-debian-"));
let releases: ReleaseFolder;

beforeAll(async () => {
  if (!canRun) return;
  releases = makeReleases(["testnet-v0.1.0"]);
  const line = `debootstrap --variant=minbase --include=curl bookworm ${root}`;
  expect(await sh(line, { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" })).toMatchObject({ code: 0 });
});

afterAll(() => {
  releases?.close();
  rmSync(root, { recursive: true, force: true });
});

test.skipIf(!canRun)("curl | sh in a new Debian, then the walk", async () => {
  // /proc is mounted for the time of one command, in a namespace of its own.
  const enter = `mount -t proc proc ${root}/proc && exec chroot ${root} /bin/sh -c "$LINE"`;
  const inside = (line: string): ReturnType<typeof sh> =>
    sh(`unshare -m /bin/sh -c '${enter}'`, {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: "/opt/person",
      SUP_INDEX_URL: releases.url,
      LINE: line,
    });
  const install = await inside(
    `mkdir -p /opt/person && curl -sSfL ${releases.url}/install.sh | sh`,
  );
  expect(install).toMatchObject({ code: 0 });
  expect((await inside("/opt/person/.local/bin/soma --version")).out).toStartWith("soma 0.1.0");
  const refused = await inside("/opt/person/.local/bin/sup install soma --backend cuda");
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.err).toContain("--force");
  const installed = join(root, "opt/person/.local/share/sup/versions");
  const [path] = [...new Bun.Glob("*/soma").scanSync({ cwd: installed, absolute: true })];
  const shell = new Shell([path!]);
  try {
    await walk(shell);
  } finally {
    await shell.close();
  }
});
