/**
 * The walls of the house: no file of `src/` imports what the table closes to its room. The checker
 * itself is tried on arrows that must and must not pass.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { arrowsOf, checkArrow, MAY_IMPORT, roomOf, roomsOpenTo } from "./layers.ts";
import { findSources, show, sourceOf } from "./source.ts";

/** What the checker says about one line of code at `path`. */
function verdict(path: string, text: string): string | undefined {
  const [arrow] = arrowsOf(sourceOf(path, text));
  const violation = checkArrow(arrow!);
  return violation && show(violation);
}

test("every import goes where the table allows", () => {
  const violations = findSources("src/**/*.ts")
    .flatMap(arrowsOf)
    .flatMap((a) => checkArrow(a) ?? []);
  expect(violations.map(show)).toEqual([]);
});

test("the table goes from the ground up, so arrows never come back", () => {
  const rooms = Object.keys(MAY_IMPORT);
  for (const [index, room] of rooms.entries()) {
    for (const target of roomsOpenTo(room)) expect(rooms.slice(0, index)).toContain(roomOf(target));
  }
});

describe("refused", () => {
  test.each([
    [
      "src/ledger/fees.ts",
      `import { a } from "../network/tls.ts";`,
      "ledger may not import network",
    ],
    ["src/ledger/fees.ts", `import type { A } from "../node/io.ts";`, "ledger may not import node"],
    ["src/ledger/kinds/a.ts", `export * from "../../host/x.ts";`, "ledger may not import host"],
    ["src/node/step.ts", `await import("../host/drive.ts")`, "node may not import host"],
    ["src/node/step.ts", `type A = import("../rpc/a.ts").A;`, "node may not import rpc"],
    ["src/types/a.ts", `import "node:fs";`, "types may not import node:fs"],
    ["src/base/a.ts", `import { b } from "bun";`, "base may not import bun"],
    ["src/crypto/a.ts", `import { b } from "node:crypto";`, "crypto may not import node:crypto"],
    ["src/client/a.ts", `import { b } from "node:http2";`, "client may not import node:http2"],
    [
      "src/host/a.ts",
      `import { b } from "../crypto/native.ts";`,
      "host may not import crypto/native",
    ],
    ["src/node/a.ts", `import { b } from "../base/clock.ts";`, "node may not import base/clock"],
    [
      "src/simulator/a.ts",
      `import { b } from "../storage/sqlite.ts";`,
      "simulator may not import storage",
    ],
    ["src/misc/a.ts", `import { b } from "../base/bytes.ts";`, "misc is no room of the table"],
    ["src/cli/a.ts", `import { b } from "../../test/b.ts";`, "cli may not import test"],
  ])("%s: %s", (path, text, fix) => {
    expect(verdict(path, `\n${text}`)).toBe(`${path}:2: layers: ${fix}`);
  });
});

describe("allowed", () => {
  test.each([
    ["src/ledger/fees.ts", `import { a } from "./gas.ts";`],
    ["src/ledger/fees.ts", `import { a } from "../base/u64.ts";`],
    ["src/simulator/disk.ts", `import type { A } from "../storage/store.ts";`],
    ["src/crypto/native.ts", `import { a } from "node:crypto";`],
    ["src/network/tls.ts", `import { a } from "node:tls";`],
    ["src/host/drive.ts", `import { a } from "../base/clock.ts";`],
    ["src/main.ts", `import { a } from "./crypto/native.ts";`],
    ["src/host/reader.ts", `import type { A } from "../rpc/reader.ts";`],
    ["src/localnet/plan.ts", `import { a } from "../rpc/port.ts";`],
  ])("%s: %s", (path, text) => expect(verdict(path, text)).toBeUndefined());
});

test("imports in comments and strings are none", () => {
  const text = `// import "../host/a.ts"\nconst a = 'import "../host/a.ts"';`;
  expect(arrowsOf(sourceOf("src/ledger/a.ts", text))).toEqual([]);
});
