/**
 * Installed versions: built up whole, switched at once, removed with care; and the folder's own.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { SomaError } from "../../src/base/errors.ts";
import { pinnedExecutable } from "../../src/sup/pin.ts";
import { placesOf } from "../../src/sup/places.ts";
import { executableName, type Platform } from "../../src/sup/release.ts";
import { Versions } from "../../src/sup/versions.ts";
import { temporary } from "./temporary.ts";

function installed(...tags: readonly string[]): Versions {
  return installedFor("linux-x64", "linux", tags);
}

function installedFor(target: Platform, os: NodeJS.Platform, tags: readonly string[]): Versions {
  const home = temporary();
  const places = placesOf({ SUP_HOME: join(home, "sup"), SUP_BIN_DIR: join(home, "bin") });
  const versions = new Versions(places, os);
  for (const tag of tags) {
    const id = `${tag}-${target}`;
    writeFileSync(join(versions.scratch(id), executableName(target)), tag);
    versions.keep(id, {
      tag,
      target,
      installed_at: "2026-01-01T00:00:00.000Z",
      source: "a test",
      archive: { name: "a.tar.gz", sha256: "00" },
      executable: { size: tag.length, sha256: "00" },
    });
  }
  return versions;
}

const A = "testnet-v1.0.0-linux-x64";
const B = "testnet-v1.1.0-linux-x64";

describe("versions", () => {
  test("that are being built up are not there yet", () => {
    const versions = installed("testnet-v1.0.0");
    versions.scratch(B);
    expect(versions.ids()).toEqual([A]);
  });

  test("that were begun by somebody who was killed are cleared away by the next", () => {
    const versions = installed("testnet-v1.0.0");
    const begun = versions.scratch(B);
    versions.scratch("testnet-v1.2.0-linux-x64");
    expect(existsSync(begun)).toBe(false);
    versions.discard();
    expect(readdirSync(join(versions.places.data, "versions"))).toEqual([A]);
  });

  test("are installed again over themselves, whole at every moment", () => {
    const versions = installed("testnet-v1.0.0");
    versions.activate(A);
    const receipt = versions.receipt(A);
    writeFileSync(join(versions.scratch(A), "soma"), "again");
    versions.keep(A, { ...receipt, source: "another" });
    expect(readFileSync(versions.executable(A), "utf8")).toBe("again");
    expect(versions.receipt(A).source).toBe("another");
    expect(readdirSync(join(versions.places.data, "versions"))).toEqual([A]);
  });

  test("both links follow the switch, and what was before is remembered", () => {
    const versions = installed("testnet-v1.0.0", "testnet-v1.1.0");
    versions.activate(A);
    versions.activate(B);
    versions.activate(B);
    expect(readlinkSync(versions.linkPath("soma"))).toBe(versions.executable(B));
    expect(readlinkSync(versions.linkPath("sup"))).toBe(versions.executable(B));
    expect(versions.state()).toMatchObject({ active: B, previous: A });
    expect(versions.isOurs("soma")).toBe(true);
  });

  test("the one in use cannot be removed; another one can", () => {
    const versions = installed("testnet-v1.0.0", "testnet-v1.1.0");
    versions.activate(A);
    versions.activate(B);
    expect(() => versions.remove(B)).toThrow("is in use");
    versions.remove(A);
    expect(versions.ids()).toEqual([B]);
    expect(versions.state().previous).toBeNull();
  });

  test("a serial only grows", () => {
    const versions = installed();
    versions.sawSerial(5);
    versions.sawSerial(3);
    expect(versions.state().serial).toBe(5);
  });

  test("a damaged note is told, not guessed", () => {
    const versions = installed("testnet-v1.0.0");
    writeFileSync(join(versions.places.data, "state.json"), "{");
    expect(() => versions.state()).toThrow("is damaged");
  });

  test("a folder in the place of a link is left alone", () => {
    const versions = installed("testnet-v1.0.0");
    mkdirSync(versions.linkPath("soma"), { recursive: true });
    expect(() => versions.activate(A)).toThrow("is a folder");
    expect(existsSync(versions.linkPath("soma"))).toBe(true);
  });
});

describe("on Windows, where links need rights", () => {
  const [OLD, NEW] = ["testnet-v1.0.0", "testnet-v1.1.0"] as const;
  const switched = (...tags: readonly string[]): Versions => {
    const versions = installedFor("windows-x64", "win32", [OLD, NEW]);
    for (const tag of tags) versions.activate(`${tag}-windows-x64`);
    return versions;
  };

  test("names are copies that follow the switch", () => {
    const versions = switched(OLD, NEW);
    for (const name of ["soma", "sup"]) {
      const path = versions.linkPath(name);
      expect(path).toEndWith(`${name}.exe`);
      expect(readFileSync(path, "utf8")).toBe(NEW);
      expect(versions.isOurs(name)).toBe(true);
    }
  });

  test("a copy follows a folder's own version, as a link does", () => {
    const versions = switched(NEW);
    const project = temporary();
    writeFileSync(join(project, ".soma-version"), "1.0.0");
    const other = versions.executable(`${OLD}-windows-x64`);
    expect(pinnedExecutable(versions.linkPath("soma"), project)).toBe(other);
    versions.activate(`${OLD}-windows-x64`);
    expect(pinnedExecutable(versions.linkPath("soma"), project)).toBeUndefined();
  });

  test("nothing of a copy stays when it is removed; what is not ours does", () => {
    const versions = switched(NEW);
    for (const name of ["soma", "sup"]) versions.unlink(name);
    expect(readdirSync(versions.places.bin)).toEqual([]);
    writeFileSync(versions.linkPath("soma"), "another program");
    expect(versions.isOurs("soma")).toBe(false);
  });
});

describe("folders", () => {
  test("follow SUP_HOME, else XDG, else HOME", () => {
    expect(placesOf({ HOME: "/h" })).toEqual({
      data: "/h/.local/share/sup",
      cache: "/h/.cache/sup",
      bin: "/h/.local/bin",
    });
    const xdg = { HOME: "/h", XDG_DATA_HOME: "/d", XDG_CACHE_HOME: "/c", SUP_BIN_DIR: "/b" };
    expect(placesOf(xdg)).toEqual({ data: "/d/sup", cache: "/c/sup", bin: "/b" });
  });

  test.each([
    ["without HOME", {}],
    ["with a relative one", { HOME: "h" }],
  ])("%s there is no place", (_, env) => {
    expect(() => placesOf(env)).toThrow(SomaError);
  });
});

describe("a folder's own version", () => {
  const versions = installed("testnet-v1.0.0", "testnet-v1.1.0");

  function folderWith(pin: string): string {
    const folder = temporary();
    writeFileSync(join(folder, ".soma-version"), pin);
    mkdirSync(join(folder, "a/b"), { recursive: true });
    return join(folder, "a/b");
  }

  test("is found above and run instead", () => {
    const folder = folderWith("1.0.0\n");
    expect(pinnedExecutable(versions.executable(B), folder)).toBe(versions.executable(A));
    expect(pinnedExecutable(versions.executable(A), folder)).toBeUndefined();
  });

  test("does not matter to an executable that sup did not install", () => {
    expect(pinnedExecutable("/usr/bin/soma", folderWith("1.0.0"))).toBeUndefined();
  });

  test("as a channel is the newest of it, for the same target if there is one", () => {
    const several = installedFor("linux-x64", "linux", ["testnet-v1.9.0", "testnet-v1.10.0"]);
    const own = join(several.places.data, "versions/nightly-v2.0.0-linux-x64-musl/soma");
    const pinned = (): string | undefined => pinnedExecutable(own, folderWith("testnet"));
    expect(pinned()).toBe(several.executable("testnet-v1.10.0-linux-x64"));
    const twin = join(several.places.data, "versions/testnet-v1.10.0-linux-x64-musl");
    mkdirSync(twin);
    expect(pinned()).toBe(join(twin, "soma"));
  });

  test("that is no file, or far too long, is told in few words", () => {
    const folder = temporary();
    mkdirSync(join(folder, ".soma-version"));
    expect(() => pinnedExecutable(versions.executable(A), folder)).toThrow(SomaError);
    const long = folderWith("1".repeat(1_000_000));
    expect(() => pinnedExecutable(versions.executable(A), long)).toThrow(/^.{1,500}$/);
  });

  test("that is not installed is told with the next step", () => {
    const act = (): unknown => pinnedExecutable(versions.executable(A), folderWith("2.0.0"));
    expect(act).toThrow("asks for 2.0.0");
  });

  test("that cannot be read as one is told", () => {
    const act = (): unknown => pinnedExecutable(versions.executable(A), folderWith("../../x"));
    expect(act).toThrow(".soma-version");
  });
});
