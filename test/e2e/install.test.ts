/**
 * The first contact: `curl | sh` from a release folder, then `sup`, in an environment with nothing
 * of Bun or Node; and everything that a bad network, disk or server may do to it.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeReleases, type ReleaseFolder, type Run, sh } from "./release-folder.ts";

const OLD = "testnet-v0.1.0";
const NEW = "testnet-v0.2.0";
const canRun = process.platform === "linux" && Bun.which("curl") !== null;

/** A busy machine compresses slowly. */
const RELEASE_MS_MAX = 600_000;

const homes: string[] = [];
let releases: ReleaseFolder;

beforeAll(() => {
  if (canRun) releases = makeReleases([OLD, NEW]);
}, RELEASE_MS_MAX);

afterAll(() => {
  releases?.close();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

/** Somebody's home, and what they run. */
class Person {
  readonly home = mkdtempSync(join(tmpdir(), "soma-person-"));
  readonly bin = join(this.home, ".local/bin");
  private readonly env: Record<string, string>;

  constructor(more: Readonly<Record<string, string>> = {}) {
    homes.push(this.home);
    this.env = { HOME: this.home, SUP_INDEX_URL: releases.url, ...more };
  }

  run(line: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
    return sh(line, { ...this.env, ...more });
  }

  pipe(options = "", more: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.run(`curl -sSfL ${releases.url}/install.sh | sh -s -- ${options}`, more);
  }

  sup(words: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.run(`${this.bin}/sup ${words}`, more);
  }

  async version(): Promise<string> {
    return (await this.run(`${this.bin}/soma --version`)).out.trim();
  }
}

/** A copy of the releases that may be spoilt. */
function copyOfReleases(): string {
  const folder = mkdtempSync(join(tmpdir(), "soma-spoilt-"));
  homes.push(folder);
  cpSync(releases.folder, folder, { recursive: true });
  return folder;
}

const archive = (tag: string, format: string): string =>
  `${tag}/soma-${tag}-${releases.platform}.${format}`;

describe.skipIf(!canRun)("curl | sh", () => {
  test("installs the newest; sup goes on from there", async () => {
    const person = new Person();
    expect(await person.pipe()).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.2.0");
    expect(await person.pipe()).toMatchObject({ code: 0 });

    expect(await person.sup("install soma@0.1.0")).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.1.0");
    const check = JSON.parse((await person.sup("update --check --json")).out) as object;
    expect(check).toMatchObject({ current: OLD, newest: NEW, update: true });
    expect(await person.sup("update")).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.2.0");
    expect(await person.sup("rollback")).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.1.0");
    expect(await person.sup("remove 0.1.0")).toMatchObject({ code: 7 });
    expect(await person.sup("use 0.2.0")).toMatchObject({ code: 0 });
    expect((await person.sup("verify")).code).toBe(0);
    expect((await person.sup("which")).out).toContain(NEW);

    const project = join(person.home, "project");
    mkdirSync(project);
    writeFileSync(join(project, ".soma-version"), "0.1.0\n");
    const pinned = await person.run(`cd ${project} && ${person.bin}/soma --version`);
    expect(pinned.out).toStartWith("soma 0.1.0");

    expect(await person.sup("self uninstall")).toMatchObject({ code: 2 });
    expect(await person.sup("self uninstall --yes")).toMatchObject({ code: 0 });
    expect(existsSync(join(person.bin, "soma"))).toBe(false);
  });

  test("says what it would do, and refuses what it does not know", async () => {
    const person = new Person();
    const dry = await person.pipe("--dry-run");
    expect(dry).toMatchObject({ code: 0, err: expect.stringContaining("would install") as string });
    expect(existsSync(person.bin)).toBe(false);
    expect((await person.pipe("--colour")).code).toBe(2);
    expect((await person.pipe("--version 9.9.9")).code).toBe(3);
    expect((await person.pipe("--backend cuda")).code).toBe(3);
    expect((await person.pipe("", { HOME: "" })).code).toBe(6);
    expect((await person.pipe("", { SUP_INDEX_URL: "http://127.0.0.1:1" })).code).toBe(5);
  });

  test("works from a folder, without network, and in busybox if it is here", async () => {
    const person = new Person();
    // The `sh` of the other tests is dash or bash already.
    const shell = Bun.which("busybox") === null ? "sh" : "busybox sh";
    const line = `${shell} ${releases.folder}/install.sh --bin-dir ${person.home}/b`;
    const { code } = await person.run(line, { SUP_INDEX_URL: releases.folder });
    expect(code).toBe(0);
    expect((await person.run(`${person.home}/b/soma --version`)).code).toBe(0);
  });

  test.each(["with OpenSSL", "without OpenSSL"])(
    "refuses what was tampered with, %s",
    async (how) => {
      const person = new Person();
      const path = how === "with OpenSSL" ? "/usr/bin:/bin" : pathWithoutOpenssl();
      const spoilt = copyOfReleases();
      appendFileSync(join(spoilt, archive(NEW, "tar.gz")), "x");
      const script = `sh ${spoilt}/install.sh`;
      const env = { SUP_INDEX_URL: spoilt, PATH: path };
      expect((await person.run(script, env)).code).toBe(4);
      const sums = join(spoilt, NEW, "SHA256SUMS");
      writeFileSync(sums, readFileSync(sums, "utf8").replaceAll(/^[0-9a-f]{4}/gm, "0000"));
      expect((await person.run(script, env)).code).toBe(4);
      expect(existsSync(person.bin)).toBe(false);
    },
  );

  test("a build that does not start is not installed", async () => {
    const person = new Person();
    // A tar that gives something else: only the smoke run can tell.
    const tools = join(person.home, "tools");
    mkdirSync(tools);
    const fake = `#!/bin/sh\nprintf '#!/bin/sh\\nexit 132\\n' >"$4/soma"; chmod +x "$4/soma"\n`;
    writeFileSync(join(tools, "tar"), fake, { mode: 0o755 });
    const run = await person.pipe("", { PATH: `${tools}:/usr/bin:/bin` });
    expect(run).toMatchObject({ code: 8, err: expect.stringContaining("AVX2") as string });
  });
});

describe.skipIf(!canRun)("sup", () => {
  let person: Person;

  beforeAll(async () => {
    person = new Person();
    expect((await person.pipe("--version 0.1.0")).code).toBe(0);
  }, RELEASE_MS_MAX);

  test("installs nothing that it cannot trust, and keeps what is in use", async () => {
    const cases: [string, (folder: string) => void, number][] = [
      ["a longer archive", (f) => appendFileSync(join(f, archive(NEW, "tar.gz")), "x"), 4],
      ["a changed archive", (f) => flipByte(join(f, archive(NEW, "tar.gz"))), 4],
      ["a cut archive", (f) => truncateSync(join(f, archive(NEW, "tar.gz")), 1000), 5],
      ["a changed list", (f) => appendFileSync(join(f, "index.json"), " "), 4],
      ["a list without signature", (f) => rmSync(join(f, "index.json.sig")), 3],
      ["a list that is no list", (f) => writeFileSync(join(f, "index.json"), "{}"), 4],
    ];
    for (const [name, spoil, code] of cases) {
      const spoilt = copyOfReleases();
      spoil(spoilt);
      const run = await person.sup(`install soma@0.2.0 --from ${spoilt}`);
      expect({ name, code: run.code }).toEqual({ name, code });
      rmSync(join(person.home, ".cache"), { recursive: true, force: true });
      rmSync(spoilt, { recursive: true });
    }
    expect(await person.version()).toStartWith("soma 0.1.0");
  });

  test("refuses a list that went back", async () => {
    const state = join(person.home, ".local/share/sup/state.json");
    const text = readFileSync(state, "utf8");
    writeFileSync(state, text.replace(/"serial": \d+/, '"serial": 1000'));
    expect((await person.sup("update")).code).toBe(4);
    writeFileSync(state, text);
    expect((await person.sup("list --remote")).code).toBe(0);
  });

  test("asks for the driver of a backend, and can be forced", async () => {
    const refused = await person.sup("install soma --backend cuda");
    // A machine with the driver gets as far as the build that this release lacks.
    expect([1, 3]).toContain(refused.code);
    const forced = await person.sup("install soma --backend rocm --force");
    expect(forced).toMatchObject({ code: 3 });
    expect(forced.err).toContain("was not built for");
  });

  test("takes one archive offline only when its signed sums lie beside it", async () => {
    const file = join(releases.folder, archive(NEW, "tar.gz"));
    expect((await person.sup(`install --from ${file} --verify-only`)).code).toBe(0);
    const alone = join(person.home, file.slice(file.lastIndexOf("/") + 1));
    copyFileSync(file, alone);
    expect((await person.sup(`install --from ${alone}`)).code).toBe(6);
  });

  test("mirrors what others can install from", async () => {
    const mirror = join(person.home, "mirror");
    expect((await person.sup(`mirror ${mirror} --version 0.2.0`)).code).toBe(0);
    const verify = await person.sup(`install soma@0.2.0 --from ${mirror} --verify-only`);
    expect(verify.code).toBe(0);
    expect(existsSync(join(mirror, "install.sh"))).toBe(true);
  });

  test("tells what hides it, where it cannot write, and that another one is at work", async () => {
    const early = join(person.home, "early");
    mkdirSync(early);
    symlinkSync("/bin/true", join(early, "soma"));
    const path = { PATH: `${early}:${person.bin}:/usr/bin:/bin` };
    expect((await person.sup("use 0.1.0", path)).err).toContain("hides this version");
    expect((await person.sup("doctor", path)).code).toBe(1);
    const blocked = join(person.home, "blocked");
    writeFileSync(blocked, "");
    expect((await person.sup("use 0.1.0", { SUP_BIN_DIR: join(blocked, "bin") })).code).toBe(6);
    const both = await Promise.all([1, 2].map(() => person.sup("install soma@0.1.0 --force")));
    expect(new Set(both.map(({ code }) => code))).toEqual(new Set([0, 7]));
  });
});

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
}

/** The usual commands without openssl. */
function pathWithoutOpenssl(): string {
  const folder = mkdtempSync(join(tmpdir(), "soma-path-"));
  homes.push(folder);
  const names = "sh uname ldd grep cp cut mktemp rm tar gzip ln tail sha256sum printf cat env";
  for (const name of names.split(" ")) {
    const found = Bun.which(name, { PATH: "/usr/bin:/bin" });
    if (found !== null) symlinkSync(found, join(folder, name));
  }
  return folder;
}
