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
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Person } from "./person.ts";
import { changeIndex, makeReleases, type ReleaseFolder, type Run } from "./releases.ts";
import { onlyTools } from "./tools.ts";

const OLD = "testnet-v0.1.0";
const NEW = "testnet-v0.2.0";
const canRun = process.platform === "linux" && Bun.which("curl") !== null;

const PAST = "2020-01-01T00:00:00.000Z";

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

function newPerson(): Person {
  const person = new Person(releases);
  homes.push(person.home);
  return person;
}

/** A copy of the releases that may be spoilt. */
function copyOfReleases(): string {
  const folder = mkdtempSync(join(tmpdir(), "soma-spoilt-"));
  homes.push(folder);
  cpSync(releases.folder, folder, { recursive: true });
  return folder;
}

/** In a folder with a version of its own, `soma` is that, and only `soma`. */
async function followPins(person: Person): Promise<void> {
  const project = join(person.home, "project");
  mkdirSync(project);
  writeFileSync(join(project, ".soma-version"), "0.1.0\n");
  const inside = (words: string): Promise<Run> => person.run(`cd ${project} && ${words}`);
  expect((await inside(`${person.bin}/soma --version`)).out).toStartWith("soma 0.1.0");
  // What is installed or in use is that of the person, wherever they are.
  expect((await inside(`${person.bin}/sup use 0.2.0`)).out).toContain("soma 0.2.0");
  // As on Windows, where a name is a copy with a note of where it is from.
  const note = `readlink ${person.bin}/soma | tr -d '\\n' >soma.origin`;
  const copy = `cp -L ${person.bin}/soma . && ${note}`;
  expect((await inside(`${copy} && ./soma --version`)).out).toStartWith("soma 0.1.0");
}

const archive = (tag: string, format: string): string =>
  `${tag}/soma-${tag}-${releases.platform}.${format}`;

describe.skipIf(!canRun)("curl | sh", () => {
  test("installs the newest; sup goes on from there", async () => {
    const person = newPerson();
    expect(await person.pipe()).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.2.0");
    expect(await person.pipe()).toMatchObject({ code: 0 });

    expect(await person.sup("install soma@0.1.0")).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.1.0");
    const check = JSON.parse((await person.sup("update --check --json")).out) as object;
    expect(check).toMatchObject({ current: OLD, newest: NEW, update: true });
    const update = await person.sup("update");
    expect(update).toMatchObject({ code: 0 });
    expect(update.err).toMatch(/testnet-v0\.2\.0 speaks protocol [^\n]* New in it:\n {2}/);
    expect(await person.version()).toStartWith("soma 0.2.0");
    expect(await person.sup("rollback")).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.1.0");
    expect(await person.sup("remove 0.1.0")).toMatchObject({ code: 7 });
    // What is here already is not brought again.
    const again = await person.sup("install soma@0.2.0");
    expect({ code: again.code, err: again.err }).toEqual({
      code: 0,
      err: expect.not.stringContaining("Bringing") as string,
    });
    expect((await person.sup("verify")).code).toBe(0);
    expect((await person.sup("which")).out).toContain(NEW);

    await followPins(person);

    expect(await person.sup("self uninstall")).toMatchObject({ code: 2 });
    expect(await person.sup("self uninstall --yes")).toMatchObject({ code: 0 });
    expect(existsSync(join(person.bin, "soma"))).toBe(false);
  });

  test("says what it would do, and refuses what it does not know", async () => {
    const person = newPerson();
    const dry = await person.pipe("--dry-run");
    expect(dry).toMatchObject({ code: 0, err: expect.stringContaining("would install") as string });
    expect(existsSync(person.bin)).toBe(false);
    expect((await person.pipe("--colour")).code).toBe(2);
    expect((await person.pipe("--version 9.9.9")).code).toBe(3);
    expect((await person.pipe("--backend cuda")).code).toBe(3);
    expect((await person.pipe("--backend abacus")).code).toBe(2);
    expect((await person.pipe("", { HOME: "" })).code).toBe(6);
    expect((await person.pipe("", { SUP_INDEX_URL: "http://127.0.0.1:1" })).code).toBe(5);
  });

  test.each([
    ["s390x", "Linux"],
    ["x86_64", "Plan9"],
  ])("has nothing for %s with %s", async (processor, system) => {
    const person = newPerson();
    const tools = join(person.home, "tools");
    mkdirSync(tools);
    const fake = `#!/bin/sh\ncase $1 in -m) echo ${processor} ;; *) echo ${system} ;; esac\n`;
    writeFileSync(join(tools, "uname"), fake, { mode: 0o755 });
    const run = await person.pipe("", { PATH: `${tools}:/usr/bin:/bin` });
    expect({ code: run.code, why: run.err.includes("there are no builds for") }).toEqual({
      code: 3,
      why: true,
    });
  });

  test("works from a folder, without network, and in busybox if it is here", async () => {
    const person = newPerson();
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
      const person = newPerson();
      const path = how === "with OpenSSL" ? "/usr/bin:/bin" : onlyTools(join(person.home, "tools"));
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
    const person = newPerson();
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
    person = newPerson();
    expect((await person.pipe("--version 0.1.0")).code).toBe(0);
  }, RELEASE_MS_MAX);

  test("installs nothing that it cannot trust, and keeps what is in use", async () => {
    const cases: [string, (folder: string) => void, number][] = [
      ["a longer archive", (f) => appendFileSync(join(f, archive(NEW, "tar.gz")), "x"), 4],
      ["a changed archive", (f) => flipByte(join(f, archive(NEW, "tar.gz"))), 4],
      ["a cut archive", (f) => truncateSync(join(f, archive(NEW, "tar.gz")), 1000), 5],
      ["a changed list", (f) => appendFileSync(join(f, "index.json"), " "), 4],
      ["a list without signature", (f) => rmSync(join(f, "index.json.sig")), 3],
      ["an expired list", (f) => changeIndex(f, releases.keys, { expires: PAST }), 4],
      ["a list by others", (f) => changeIndex(f, join(f, "their-keys"), {}), 4],
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

  test("brings back what was damaged here, as it says", async () => {
    const versions = join(person.home, ".local/share/sup/versions");
    const [id] = readdirSync(versions);
    appendFileSync(join(versions, id!, "soma"), "x");
    const damaged = await person.sup("verify --json");
    expect(damaged.code).toBe(4);
    const [, next = ""] = /install it again: sup ([^"]*)"/.exec(damaged.out) ?? [];
    expect(await person.sup(next)).toMatchObject({ code: 0 });
    expect((await person.sup("verify")).code).toBe(0);
    rmSync(join(versions, id!, "receipt.json"));
    expect((await person.sup("which")).code).toBe(6);
    expect(await person.sup("install soma@0.1.0")).toMatchObject({ code: 0 });
    expect((await person.sup("which")).code).toBe(0);
  });

  test("refuses a list that went back, and takes the one that it saw", async () => {
    expect((await person.sup("list --remote")).code).toBe(0);
    const older = copyOfReleases();
    changeIndex(older, releases.keys, { serial: 1 });
    const run = await person.sup("update", { SUP_INDEX_URL: older });
    expect({ code: run.code, why: run.err.includes("is older (1)") }).toEqual({
      code: 4,
      why: true,
    });
    expect((await person.sup("list --remote")).code).toBe(0);
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
    const other = await person.sup(`mirror ${mirror} --target windows-x64`);
    expect(other).toMatchObject({
      code: 3,
      err: expect.stringContaining("there is linux") as string,
    });
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
