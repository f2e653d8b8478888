/**
 * What a person is told to type so that their shell finds the program.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { pathHint } from "../../src/cli/sup/search-path.ts";
import { mistakes, parseScript } from "../scripts/powershell/syntax.ts";

test("in sh, the folder comes first", () => {
  const line = pathHint("/opt/my self/bin", "linux");
  const { stdout } = Bun.spawnSync(["sh", "-c", `${line}; printf %s "$PATH"`], {
    env: { PATH: "/usr/bin:/bin" },
  });
  expect(stdout.toString()).toBe("/opt/my self/bin:/usr/bin:/bin");
});

test("in PowerShell, now and later, and what all people have is not copied to one", () => {
  const line = pathHint("C:\\Users\\me\\.local\\bin", "win32");
  expect(mistakes(line)).toEqual([]);
  const calls = parseScript(line).descendantsOfType("invokation_expression");
  expect(calls.map(({ text }) => text)).toEqual([
    '[Environment]::SetEnvironmentVariable("Path", "C:\\Users\\me\\.local\\bin;" + ' +
      '[Environment]::GetEnvironmentVariable("Path", "User"), "User")',
    '[Environment]::GetEnvironmentVariable("Path", "User")',
  ]);
});
