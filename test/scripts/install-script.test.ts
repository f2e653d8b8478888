/**
 * The install script is short enough to be read before it is run, and plain sh.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SCRIPT = join(import.meta.dir, "../../installer/install.sh");
const LINES_MAX = 150;

test("is at most 150 lines", () => {
  expect(readFileSync(SCRIPT, "utf8").split("\n").length - 1).toBeLessThanOrEqual(LINES_MAX);
});

test("does nothing before all of it has arrived", () => {
  const lines = readFileSync(SCRIPT, "utf8").trimEnd().split("\n");
  expect(lines.at(-1)).toStartWith('main "$@"');
  const calls = lines
    .slice(0, -1)
    .filter((line) => /^(?:main|install|fetch|hand_over)\b/.test(line));
  expect(calls.filter((line) => !line.includes("()"))).toEqual([]);
});

test.skipIf(Bun.which("shellcheck") === null)("has nothing that shellcheck minds", () => {
  const { stdout } = Bun.spawnSync(["shellcheck", SCRIPT]);
  expect(stdout.toString()).toBe("");
});

test.each(["dash", "busybox"].filter((shell) => Bun.which(shell) !== null))(
  "%s reads it",
  (shell) => {
    const words = shell === "busybox" ? ["busybox", "sh"] : [shell];
    const { exitCode, stderr } = Bun.spawnSync([...words, "-n", SCRIPT]);
    expect({ exitCode, says: stderr.toString() }).toEqual({ exitCode: 0, says: "" });
  },
);
