/**
 * The build for musl, in a root with nothing but busybox and the libraries that it names: Debian's
 * musl, and the libstdc++ and libgcc that packages for Python bring along for systems like Alpine.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { hostPlatform, makeReleases, type ReleaseFolder, type Run, sh } from "./releases.ts";

setDefaultTimeout(900_000);
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
/** The first with a musl that relocates what newer linkers write. */
const SUITE = "trixie";
const WHEEL = "greenlet==3.5.6";
const LIBRARIES = "usr/lib/x86_64-linux-musl";
const needed = ["debootstrap", "dpkg-deb", "python3", "unzip"];
const canRun =
  hostPlatform() === "linux-x64" &&
  process.getuid?.() === 0 &&
  needed.every((name) => Bun.which(name, { PATH }) !== null);
const root = mkdtempSync(join(tmpdir(), "soma-musl-"));
let releases: ReleaseFolder;

beforeAll(async () => {
  if (!canRun) return;
  releases = makeReleases(["testnet-v0.1.0"], ["linux-x64-musl"]);
  await makeRoot();
});

afterAll(() => {
  releases?.close();
  rmSync(root, { recursive: true, force: true });
});

/** Runs a line in the root, by musl's own means. */
function inside(line: string): Promise<Run> {
  const enter = `mount -t proc proc ${root}/proc && exec chroot ${root} /bin/sh -c "$LINE"`;
  const env = { PATH, HOME: "/opt/person", SUP_INDEX_URL: releases.url, LINE: line };
  return sh(`unshare -m /bin/sh -c '${enter}'`, env);
}

test.skipIf(!canRun)(
  "without libstdc++ nothing is installed, and the next step is said",
  async () => {
    const library = join(root, LIBRARIES, "libstdc++.so.6");
    renameSync(library, `${library}.away`);
    const run = await inside(`wget -q -O - ${releases.url}/install.sh | sh`);
    renameSync(`${library}.away`, library);
    expect(run.code).toBe(8);
    expect(run.err).toContain("apk add libstdc++ libgcc");
    expect(existsSync(join(root, "opt/person/.local"))).toBe(false);
  },
);

test.skipIf(!canRun)("wget | sh, sup, and a model that predicts", async () => {
  const install = await inside(`wget -q -O - ${releases.url}/install.sh | sh`);
  expect(install).toMatchObject({ code: 0 });
  const soma = "$HOME/.local/bin/soma";
  expect((await inside(`${soma} --version`)).out).toStartWith("soma 0.1.0");
  expect((await inside("$HOME/.local/bin/sup which")).out).toContain("-linux-x64-musl/soma");
  expect(await inside("$HOME/.local/bin/sup verify")).toMatchObject({ code: 0 });
  const score = await inside(
    `${soma} model init --seed 7 w && ${soma} score /etc/passwd --weights w --json`,
  );
  expect(score).toMatchObject({ code: 0 });
  expect(await inside(`${soma} demo /etc/passwd --exit`)).toMatchObject({ code: 0 });
  expect(await inside("$HOME/.local/bin/sup self uninstall --yes")).toMatchObject({ code: 0 });
});

/** A root with busybox, musl and the libraries of C++, and nothing of the C library of Debian. */
async function makeRoot(): Promise<void> {
  const scratch = join(root, "scratch");
  for (const name of ["scratch", "proc", "tmp", "dev", "etc", "opt/person"]) {
    mkdirSync(join(root, name), { recursive: true });
  }
  for (const [link, target] of Object.entries({ bin: "usr/bin", lib: "usr/lib" })) {
    symlinkSync(target, join(root, link));
  }
  const options = `--variant=minbase --download-only --include=musl,busybox-static`;
  const wheel = `python3 -m pip download -q --no-deps --only-binary=:all: -d ${scratch}
    --platform musllinux_1_2_x86_64 --python-version 3.12 --implementation cp --abi cp312`;
  const steps = [
    `debootstrap ${options} ${SUITE} ${scratch}/debian`,
    `cd ${scratch}/debian/var/cache/apt/archives`,
    `for deb in musl_* busybox-static_*; do dpkg-deb -x $deb ${root}; done`,
    `${wheel.replace(/\s+/g, " ")} ${WHEEL}`,
    `cd ${root}/${LIBRARIES} && unzip -q -j ${scratch}/*.whl 'greenlet.libs/*'`,
    `mv libstdc++-* libstdc++.so.6`,
    `chroot ${root} /bin/busybox --install -s /bin`,
    `ln -sf /lib/ld-musl-x86_64.so.1 ${root}/bin/ldd`,
    `echo person:x:0:0::/opt/person:/bin/sh >${root}/etc/passwd`,
    `: >${root}/dev/null && rm -rf ${scratch}`,
  ];
  // What pip finds is decided by the environment that the tests themselves run in.
  const env = { PATH: `${process.env["PATH"]}:${PATH}` };
  expect(await sh(steps.join(" && "), env)).toMatchObject({ code: 0 });
}
