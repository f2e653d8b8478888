/**
 * The program as a process: exit codes, pipes that close, a terminal, an empty environment.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import packageJson from "../../package.json" with { type: "json" };
import { temporaryDir } from "./world.ts";

const MAIN = join(import.meta.dir, "../../src/main.ts");
const BUN = process.execPath;

/** Writes a megabyte as commands do, to a pipe that a first empty write made non-blocking. */
const SCRIPT = `
  import { processDeps } from "${join(import.meta.dir, "../../src/cli/process-deps.ts")}";
  process.stdout.write("");
  const { stdout } = processDeps(async () => undefined);
  stdout.write("x".repeat(1_000_000));
  process.exit(stdout.isBroken() ? 141 : 0);
`;
const WRITE = `"${BUN}" -e '${SCRIPT}'`;

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

function environment(): Record<string, string> {
  return { SOMA_CONFIG_DIR: join(temporaryDir(), "config"), PATH: process.env["PATH"] ?? "" };
}

async function soma(words: readonly string[], env = environment(), stdin = ""): Promise<Ended> {
  return ended([BUN, MAIN, ...words], env, stdin);
}

/** Runs a line of bash in which `soma` is the program. */
async function bash(line: string, env = environment()): Promise<Ended> {
  const prelude = `set -o pipefail; soma() { "${BUN}" "${MAIN}" "$@"; };`;
  return ended(["bash", "-c", `${prelude} ${line}`], env, "");
}

async function ended(
  command: string[],
  env: Record<string, string>,
  stdin: string,
): Promise<Ended> {
  const child = Bun.spawn(command, {
    env,
    cwd: temporaryDir(),
    stdin: new TextEncoder().encode(stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, stdout, stderr };
}

test("--version and help", async () => {
  const version = { code: 0, stdout: `soma ${packageJson.version}\n`, stderr: "" };
  expect(await soma(["--version"])).toEqual(version);
  const { code, stdout } = await soma([]);
  expect(code).toBe(0);
  expect(stdout).toContain("soma <COMMAND>");
});

test("a wallet made by one process is read by the next", async () => {
  const env = environment();
  const made = await soma(["wallet", "new", "--alias", "ann", "--json"], env);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const { address, recovery_phrase: phrase } = JSON.parse(made.stdout);
  const list = await soma(["wallet", "list", "--json"], env);
  expect(JSON.parse(list.stdout)).toEqual({
    active_address: address,
    addresses: [["ann", address]],
  });
  const imported = await soma(["wallet", "import", "--json"], environment(), phrase);
  expect(JSON.parse(imported.stdout).address).toBe(address);
});

test("exit codes: 2 for usage, 1 for failure; the message is on standard error", async () => {
  const usage = await soma(["wallet", "nwe"]);
  expect(usage).toMatchObject({ code: 2, stdout: "" });
  expect(usage.stderr).toBe(
    "Error: unknown command: soma wallet nwe\n\n  Hint: did you mean `soma wallet new`?\n",
  );
  const failed = await soma(["wallet", "active", "--json"]);
  expect(failed).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(failed.stdout).error.code).toBe("no_active_address");
});

test("HOME unset", async () => {
  const { code, stdout, stderr } = await soma(["wallet", "list"], {});
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toStartWith("Error: HOME is not set");
  expect(stderr).not.toContain(" at ");
});

describe("standard output", () => {
  test("a reader that stops early ends the command quietly, its work done", async () => {
    const env = environment();
    const run = await bash("soma wallet new | true; echo ${PIPESTATUS[0]}", env);
    expect(run.stderr).toStartWith("Created ");
    expect(run.stderr.split("\n")).toHaveLength(2);
    expect(["0\n", "141\n"]).toContain(run.stdout);
    const list = await soma(["wallet", "list", "--json"], env);
    expect(JSON.parse(list.stdout).addresses).toHaveLength(1);
  });

  test("a reader that takes a part of a long text", async () => {
    const { stdout, stderr } = await bash(`${WRITE} | head -c 5; echo " \${PIPESTATUS[0]}"`);
    expect({ stdout, stderr }).toEqual({ stdout: "xxxxx 141\n", stderr: "" });
  });

  test("a slow reader of a pipe that does not block gets everything", async () => {
    const { stdout } = await bash(`${WRITE} | (sleep 0.2; wc -c)`);
    expect(stdout.trim()).toBe("1000000");
  });

  test("closed before the start", async () => {
    const { stderr } = await bash("soma wallet list >&-");
    expect(stderr).not.toContain(" at ");
    expect(stderr).not.toContain("bug");
  });

  test.skipIf(process.platform !== "linux")("a full disk is told", async () => {
    const { code, stderr } = await bash("soma --version > /dev/full");
    expect(code).toBe(1);
    expect(stderr).toContain("cannot write to standard output: ENOSPC");
  });
});

describe("on a terminal", () => {
  /** Runs on a pseudo-terminal; each time `prompt` was shown the next of `answers` is typed. */
  async function onTerminal(
    words: readonly string[],
    env: Record<string, string>,
    prompt: string,
    answer: string,
  ): Promise<{ readonly code: number; readonly screen: string }> {
    let screen = "";
    let isAnswered = false;
    const child = Bun.spawn([BUN, MAIN, ...words], {
      env,
      terminal: {
        cols: 80,
        rows: 24,
        data: (terminal, bytes) => {
          screen += Buffer.from(bytes).toString("utf8");
          if (isAnswered || !screen.includes(prompt)) return;
          isAnswered = true;
          terminal.write(answer);
        },
      },
    });
    return { code: await child.exited, screen };
  }

  test("a secret is asked for and not shown", async () => {
    const env = environment();
    const secret = "01".repeat(32);
    const { code, screen } = await onTerminal(
      ["wallet", "import"],
      env,
      "not shown",
      `${secret}\r`,
    );
    expect(code).toBe(0);
    expect(screen).toContain("is the active account");
    expect(screen).not.toContain("0101");
  });

  test("a question is asked, and only yes is yes", async () => {
    const env = environment();
    await soma(["wallet", "new", "--alias", "ann"], env);
    const remove = ["wallet", "remove", "ann"];
    const declined = await onTerminal(remove, env, "[y/N]", "n\r");
    expect(declined.code).toBe(1);
    expect(declined.screen).toContain("nothing was changed");
    const agreed = await onTerminal(remove, env, "[y/N]", "y\r");
    expect(agreed.code).toBe(0);
    expect(agreed.screen).toContain("Removed ann");
  });

  test("Ctrl-C at a question ends with 130 and changes nothing", async () => {
    const env = environment();
    await soma(["wallet", "new", "--alias", "ann"], env);
    const keystore = join(env["SOMA_CONFIG_DIR"] ?? "", "soma.keystore");
    const before = readFileSync(keystore, "utf8");
    const { code } = await onTerminal(["wallet", "remove", "ann"], env, "[y/N]", "\u0003");
    expect(code).toBe(130);
    expect(readFileSync(keystore, "utf8")).toBe(before);
  });

  test("colours, and a list where a table would be too wide", async () => {
    const env = { ...environment(), TERM: "xterm" };
    await soma(["wallet", "new", "--alias", "a-longer-alias"], env);
    const { screen } = await onTerminal(["wallet", "list"], env, "never", "");
    expect(screen).toContain("\u001b[32m●\u001b[39m");
    expect(screen).toMatch(/ {2}Address {2}0x[0-9a-f]{64}/);
  });
});
