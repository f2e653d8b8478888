/**
 * The install script for Windows, run: there is no PowerShell for where these tests run, so an
 * interpreter of the part of the language that the script keeps to stands for it. Servers, archives
 * and processes are real; the program in the archive is a script that writes down what it is told.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { startProxy } from "../e2e/install/proxy.ts";
import { isStatement } from "./powershell/statements.ts";
import { ARCHIVE, type Environment, Surroundings, TAG } from "./powershell/surroundings.ts";
import { parseScript } from "./powershell/syntax.ts";
import { PsError } from "./powershell/values.ts";

const here = new Surroundings();
const { url } = here;

beforeAll(() => here.release(here.www, "keys"));
afterAll(() => here.close());

/** Ended with a code and a sentence, ran nothing that was not checked, and left nothing. */
function saying(code: number, text: string): object {
  return { code, said: expect.stringContaining(text) as string, told: "", left: [] };
}

describe("installs", () => {
  test("the release that it belongs to, by the program that it checked", async () => {
    const { code, said, told } = await here.install();
    expect({ code, said }).toEqual({
      code: 0,
      said: `Installing ${ARCHIVE} from ${url.slice(0, -1)} ...`,
    });
    expect(told).toMatch(
      new RegExp(`^sup install --from ${here.temp}/soma-install-[-0-9a-f]{36}/${ARCHIVE} in \\n$`),
    );
  });

  test("from a folder, for a backend, elsewhere, over what is there", async () => {
    const env = { SUP_INDEX_URL: `file:///${here.www}`, SUP_BIN_DIR: "C:\\before" };
    const {
      code,
      told,
      env: after,
    } = await here.install("-Backend cuda -BinDir C:\\tools -Force", env);
    expect(code).toBe(0);
    expect(told).toMatch(/-cuda\.tar\.gz --force in C:\\tools\n$/);
    // The shell of a person keeps its variables.
    expect(after.get("sup_bin_dir")).toBe("C:\\before");
  });

  test.each(["1.1.0", "v1.1.0", "testnet-v1.1.0"])(
    "another version, %s, by the signed list",
    async (version) => {
      const { code, told } = await here.install(`-Version ${version}`);
      expect({ code, told }).toEqual({
        code: 0,
        told: "sup install soma@testnet-v1.1.0 --backend wgpu in \n",
      });
    },
  );

  test.each([
    [{ PROCESSOR_ARCHITECTURE: "x86", PROCESSOR_ARCHITEW6432: "AMD64" }, "Installing"],
    [{ PROCESSOR_ARCHITECTURE: "ARM64" }, "trying the one for x64"],
  ])("on %j", async (env, said) => {
    expect(await here.install("", env)).toMatchObject({
      code: 0,
      said: expect.stringContaining(said) as string,
    });
  });

  test("after it cleared what killed ones left long ago", async () => {
    const names = ["soma-install-old", "soma-install-new", "other"].map((name) =>
      join(here.temp, name),
    );
    for (const name of names) mkdirSync(name);
    for (const name of [names[0]!, names[2]!]) utimesSync(name, new Date(0), new Date(0));
    expect(await here.install()).toMatchObject({ code: 0, left: ["other", "soma-install-new"] });
    for (const name of names.slice(1)) rmSync(name, { recursive: true });
  });

  test("says what it would do, and how it is used", async () => {
    const dry = await here.install("-DryRun -Backend rocm");
    expect(dry).toMatchObject(
      saying(0, `would install ${url}${TAG}/soma-${TAG}-windows-x64-rocm.tar.gz`),
    );
    expect(await here.install("-Help")).toMatchObject(saying(0, "usage: install.ps1"));
  });
});

describe("is refused", () => {
  test.each([
    ["-Colour", {}, 2, "unknown option -Colour"],
    ["-Backend abacus", {}, 2, "unknown backend abacus"],
    ["", { SUP_INDEX_URL: undefined }, 3, "not known where releases are"],
    ["", { OS: undefined }, 3, "elsewhere use install.sh"],
    ["", { PROCESSOR_ARCHITECTURE: "x86" }, 3, "no builds for x86"],
    ["-Backend rocm", {}, 3, "leave -Backend out"],
    ["", { SUP_INDEX_URL: "/nowhere" }, 3, "there is no /nowhere/"],
    ["", { USERPROFILE: undefined }, 6, "USERPROFILE is not set"],
    ["", { TEMP: "/dev/null" }, 6, "set TEMP to a folder of yours"],
    ["", { SystemRoot: "/nowhere" }, 3, "this Windows has no tar"],
    ["", { smoke_code: "3" }, 8, "soma does not start here (exit code 3)"],
    ["", { smoke_says: "code -1073741795" }, 8, "(AVX2)"],
  ])("%j with %j: %i, %s", async (words, env: Environment, code, text) => {
    expect(await here.install(words, env)).toMatchObject(saying(code, text));
  });

  test("by sup, whose code it ends with", async () => {
    expect(await here.install("", { sup_code: "7" })).toMatchObject({ code: 7 });
  });
});

describe("what is not genuine", () => {
  test("is not run, whoever signed it: SUP_INDEX_URL does not move what is trusted", async () => {
    const forged = mkdtempSync(join(here.root, "forged-"));
    await here.release(forged, "their-keys", "# evil");
    const env = { SUP_INDEX_URL: forged };
    expect(await here.install("", env)).toMatchObject(saying(4, "do not install it"));
    expect(await here.install("-Version 1.1.0", env)).toMatchObject(saying(4, "do not install it"));
  });
});

describe("a network", () => {
  test("that is not there is tried three times, each later than the one before", async () => {
    const run = await here.install("", { SUP_INDEX_URL: "http://127.0.0.1:1" });
    expect(run).toMatchObject(saying(5, "check the network and HTTPS_PROXY"));
    expect(run.waits).toEqual([1, 2]);
  });

  test("that has no such release is asked once", async () => {
    const run = await here.install("", { SUP_INDEX_URL: `${url}nothing/` });
    expect(run).toMatchObject(saying(3, `there is no ${url}nothing/${TAG}/SHA256SUMS`));
    expect(run.proxies).toHaveLength(1);
  });

  test.each([
    [{ HTTP_PROXY: "proxy" }, "proxy"],
    [{ HTTP_PROXY: "proxy", NO_PROXY: "other.invalid, invalid" }, null],
    [{ HTTP_PROXY: "proxy", NO_PROXY: "*" }, null],
    [{ HTTP_PROXY: "proxy", NO_PROXY: "valid,releases" }, "proxy"],
  ])("by %j", async (env, expected) => {
    const proxy = await startProxy(here.port);
    const through = (text: string | null): string | null => text && proxy.url.replace(/\/$/, "");
    const { proxies, code } = await here.install("", {
      ...env,
      SUP_INDEX_URL: "http://releases.invalid",
      HTTP_PROXY: new URL(proxy.url).host,
    });
    expect(new Set(proxies)).toEqual(new Set([through(expected)]));
    expect(code).toBe(expected === null ? 5 : 0);
    proxy.close();
  });

  test("with TLS has a proxy of its own", async () => {
    const env = { SUP_INDEX_URL: "https://releases.invalid", HTTPS_PROXY: "http://127.0.0.1:1" };
    const { proxies, code } = await here.install("", env);
    expect({ code, via: proxies[0] }).toEqual({ code: 5, via: "http://127.0.0.1:1" });
  });

  test("is asked by TLS 1.2", async () => {
    const { types } = await here.install("-DryRun");
    expect(types["Net.ServicePointManager"]).toEqual({ SecurityProtocol: 3072 });
  });
});

describe("a disk", () => {
  const full = new PsError(["IO.IOException"], "no room", { HResult: -2147024784 });

  test("that is full is told while it downloads, and while it unpacks", async () => {
    const host = here.host({});
    host.cmdlets["Invoke-WebRequest"] = {
      ...host.cmdlets["Invoke-WebRequest"]!,
      run: () => Promise.reject(full),
    };
    expect(await here.install("", {}, host)).toMatchObject(saying(6, "free some space"));
    here.setTar("#!/bin/sh\nexit 1\n");
    expect(await here.install()).toMatchObject(saying(6, "cannot unpack"));
    here.setTar();
  });

  test.each([
    ["UnauthorizedAccessException", 6, "set TEMP to a folder of yours"],
    ["Management.Automation.DriveNotFoundException", 3, "there is no "],
  ])("that gives a %s is told", async (type, code, text) => {
    const host = here.host({ SUP_INDEX_URL: "X:\\releases" });
    const refused = new PsError([type], "refused");
    const run = (): Promise<never> => Promise.reject(refused);
    host.cmdlets["Copy-Item"] = { ...host.cmdlets["Copy-Item"]!, run };
    expect(await here.install("", {}, host)).toMatchObject(saying(code, text));
  });

  test("that lets nothing be executed is told", async () => {
    here.setTar('#!/bin/sh\numask 111\necho no >"$4/soma.exe"\n');
    expect(await here.install()).toMatchObject(saying(8, "a folder whose programs may run"));
    here.setTar();
  });

  test("from which somebody took the archive away is no riddle", async () => {
    const host = here.host({});
    const gone = new PsError(["IO.FileNotFoundException"], "the archive is gone");
    host.cmdlets["Get-FileHash"] = {
      ...host.cmdlets["Get-FileHash"]!,
      run: () => Promise.reject(gone),
    };
    expect(await here.install("", {}, host)).toMatchObject(
      saying(1, "install: the archive is gone"),
    );
  });
});

describe("piped into a shell of a person", () => {
  test("it lets the shell go on", async () => {
    expect(await here.pipe({}, "Continue")).toMatchObject({ code: undefined });
    expect(await here.pipe({ smoke_code: "3" }, "Continue")).toMatchObject({ code: undefined });
    expect(await here.pipe({}, "Stop")).toMatchObject({ code: undefined });
  });

  test("its failure is one where a script stops at errors", async () => {
    const piped = here.pipe({ smoke_code: "3" }, "Stop");
    await expect(piped).rejects.toThrow("soma was not installed: 8");
  });
});

test("all of this ran every statement of the script", () => {
  const missed = parseScript(here.script())
    .descendantsOfType(["command", "assignment_expression", "flow_control_statement"])
    .filter((node) => isStatement(node) && !here.coverage.has(node.startIndex))
    .map((node) => `${node.startPosition.row + 1}: ${node.text}`);
  expect(missed).toEqual([]);
});
