/**
 * Whatever happens to a command ends in one message and one exit code.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { AssertionError } from "../../src/base/assert.ts";
import { SomaError } from "../../src/base/errors.ts";
import { buildProgram, command, type Context, type Program } from "../../src/cli/command.ts";
import { confirm } from "../../src/cli/confirm.ts";
import { optional, required, rest } from "../../src/cli/params.ts";
import { reportCrash } from "../../src/cli/run.ts";
import { AMOUNT, TEXT } from "../../src/cli/values.ts";
import { makeDeps, runIn } from "./world.ts";

function programOf(run: (context: Context) => Promise<void>): Program {
  const options = { amount: required(AMOUNT, "S") };
  return buildProgram({
    name: "soma",
    about: "About.",
    version: "1.2.3",
    examples: [],
    groups: [
      {
        title: "T",
        commands: [
          command({ name: "do", summary: "S", examples: [], args: {}, options: {}, run }),
          command({ name: "send", summary: "S", examples: [], args: {}, options, run }),
        ],
      },
    ],
  });
}

function failing(error: unknown): Program {
  return programOf(async () => {
    throw error;
  });
}

const printing = programOf(async ({ output }) => {
  output.result({ height: 12345678901234567890n, epoch: 3, none: null }, () => output.line("12"));
});

describe("errors", () => {
  const full = new SomaError("disk_full", "cannot write x");
  const usage = new SomaError("usage", "wrong", { exit: 2, hint: "do it right" });
  const errno = Object.assign(new Error("ECONNRESET: reset"), { errno: -104, code: "ECONNRESET" });

  test.each([
    ["operational", full, 1, "disk_full", "cannot write x"],
    ["usage", usage, 2, "usage", "wrong"],
    ["assertion", new AssertionError("three is four"), 70, "bug", "a bug in Soma: three is four"],
    ["type error", new TypeError("x is undefined"), 70, "bug", "a bug in Soma: x is undefined"],
    ["a system's", errno, 1, "system_error", "ECONNRESET: reset"],
    ["no error at all", "text", 70, "bug", "a bug in Soma: text"],
  ])("%s", async (...row) => {
    const [, error, code, name, message] = row;
    const text = await runIn({}, ["do"], { program: failing(error) });
    expect(text.code).toBe(code);
    expect(text.stdout).toBe("");
    expect(text.stderr).toContain(message);
    expect(text.stderr).not.toContain(" at ");
    const json = await runIn({}, ["do", "--json"], { program: failing(error) });
    expect(json.code).toBe(code);
    expect(json.stderr).toBe("");
    const document = JSON.parse(json.stdout);
    expect(Object.keys(document.error)).toEqual(["code", "message", "hint"]);
    expect(document.error.code).toBe(name);
    expect(document.error.message).toContain(message);
  });

  test("the hint of the error counts more than the one of its code", async () => {
    const own = await runIn({}, ["do"], { program: failing(usage) });
    expect(own.stderr).toBe("Error: wrong\n\n  Hint: do it right\n");
    const general = await runIn({}, ["do"], { program: failing(full) });
    expect(general.stderr).toContain("Hint: free some space");
    const none = new SomaError("rare", "text");
    expect((await runIn({}, ["do"], { program: failing(none) })).stderr).toBe("Error: text\n");
  });

  test("SOMA_TRACE=1 shows where", async () => {
    const program = failing(new AssertionError("inside"));
    const { stderr } = await runIn({ SOMA_TRACE: "1" }, ["do"], { program });
    expect(stderr).toContain("run.test.ts");
  });

  test("after the result there is no second document", async () => {
    const program = programOf(async ({ output }) => {
      output.result({ done: true }, () => undefined);
      throw new SomaError("late", "too late");
    });
    const { code, stdout, stderr } = await runIn({}, ["do", "--json"], { program });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ done: true });
    expect(stderr).toContain("too late");
  });

  test("an error that nobody caught ends the same way", () => {
    const { deps, texts } = makeDeps({});
    expect(reportCrash(new AssertionError("inside"), deps)).toBe(70);
    expect(texts.stderr.join("")).toContain("a bug in Soma: inside");
  });
});

describe("parameters", () => {
  test.each([
    [["send"], "missing --amount <SOMA>"],
    [["send", "--amount", "1e3"], "--amount <SOMA>: amount"],
    [["send", "--amount", "-1"], "--amount <SOMA>: amount"],
    [["send", "--amount", "99999999999"], "amount overflow"],
    [["send", "--amount", "1.0123456789"], "max 9 decimal places"],
  ])("%j", async (words, message) => {
    const { code, stdout, stderr } = await runIn({}, words, { program: printing });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain("Hint: see `soma send --help`");
  });
});

describe("results", () => {
  test("text for people, one document for programs, big numbers as decimal strings", async () => {
    const text = await runIn({}, ["do"], { program: printing });
    expect(text).toEqual({ code: 0, stdout: "12\n", stderr: "" });
    const { code, stdout, stderr } = await runIn({}, ["do", "--json"], { program: printing });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ height: "12345678901234567890", epoch: 3, none: null });
  });

  test("a failed outcome is printed and exits with 1", async () => {
    const program = programOf(async ({ output }) => {
      output.result({ status: "failed" }, () => output.line("failed"));
      output.failed();
    });
    expect(await runIn({}, ["do"], { program })).toEqual({
      code: 1,
      stdout: "failed\n",
      stderr: "",
    });
  });

  test("notes are for people, warnings for everybody", async () => {
    const program = programOf(async ({ output }) => {
      output.note("a note");
      output.warn("a warning");
      output.line("a line");
      output.result({}, () => undefined);
    });
    const text = await runIn({}, ["do"], { program });
    expect(text.stderr).toBe("a note\nWarning: a warning\n");
    expect(text.stdout).toBe("a line\n");
    const json = await runIn({}, ["do", "--json"], { program });
    expect(json.stderr).toBe("Warning: a warning\n");
    expect(JSON.parse(json.stdout)).toEqual({});
  });

  test("a command that breaks the promise of one document is our bug", async () => {
    const silent = programOf(async () => undefined);
    expect((await runIn({}, ["do", "--json"], { program: silent })).code).toBe(70);
    const talkative = programOf(async ({ output }) => {
      output.result(1, () => undefined);
      output.result(2, () => undefined);
    });
    const { code, stdout } = await runIn({}, ["do", "--json"], { program: talkative });
    expect(code).toBe(70);
    expect(JSON.parse(stdout)).toBe(1);
  });

  test("a reader that went away is exit code 141, an error stays what it was", async () => {
    const options = { program: printing, stdoutMax: 1 };
    expect(await runIn({}, ["do"], options)).toEqual({ code: 141, stdout: "", stderr: "" });
    const failed = await runIn({}, ["do", "--json"], {
      program: failing(new SomaError("x", "x")),
      stdoutMax: 1,
    });
    expect(failed.code).toBe(1);
  });

  test("version", async () => {
    const text = await runIn({}, ["--version"], { program: printing });
    expect(text.stdout).toBe("soma 1.2.3\n");
    const { stdout } = await runIn({}, ["--version", "--json"], { program: printing });
    expect(JSON.parse(stdout)).toEqual({ name: "soma", version: "1.2.3" });
  });
});

describe("whose --json", () => {
  const script = buildProgram({
    name: "soma",
    about: "About.",
    version: "1",
    examples: [],
    groups: [
      {
        title: "T",
        commands: [
          command({
            name: "run",
            summary: "S",
            examples: [],
            args: { file: required(TEXT, "S"), words: rest("WORD", "S") },
            options: { note: optional(TEXT, "S") },
            run: async ({ output }, { args, options }) => {
              output.result(null, () => output.line([options.note, ...args.words].join(",")));
            },
          }),
        ],
      },
    ],
  });

  test.each([
    [["run", "x.ts", "--json"], ",--json\n"],
    [["run", "--note", "--json", "x.ts"], "--json\n"],
    [["run", "--json", "x.ts", "--json"], "null\n"],
  ])("%j", async (words, stdout) => {
    expect(await runIn({}, words, { program: script })).toEqual({ code: 0, stdout, stderr: "" });
  });
});

test("an error cannot rewrite the terminal", async () => {
  const { stderr } = await runIn({}, ["\u001b[2J"]);
  expect(stderr).not.toContain("\u001b");
  expect(stderr).toContain("unknown command");
});

describe("colours", () => {
  const coloured = programOf(async ({ output }) => output.line(output.colors.red("x")));
  const RED = "\u001b[31mx\u001b[39m\n";

  test.each([
    [{}, false, "x\n"],
    [{}, true, RED],
    [{ NO_COLOR: "1" }, true, "x\n"],
    [{ NO_COLOR: "" }, true, RED],
    [{ TERM: "dumb" }, true, "x\n"],
    [{ FORCE_COLOR: "1" }, false, RED],
    [{ FORCE_COLOR: "0" }, false, "x\n"],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, "x\n"],
  ])("%j, terminal %p", async (env, isTty, text) => {
    expect((await runIn(env, ["do"], { program: coloured, isTty })).stdout).toBe(text);
  });
});

describe("consent", () => {
  const asking = programOf(async (context) => {
    await confirm(context, "remove it");
    context.output.result("done", () => context.output.line("done"));
  });

  test.each(["y", "Y", "yes", " yes "])("%p agrees", async (answer) => {
    const options = { program: asking, isTty: true, answers: [answer], env: { NO_COLOR: "1" } };
    const { code, stdout, stderr } = await runIn({}, ["do"], options);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(stderr).toBe("Really remove it? [y/N] ");
  });

  test.each([["n"], [""], ["yess"], []])("%p does not", async (...answers) => {
    const options = {
      program: asking,
      isTty: true,
      answers: answers.filter((x) => x !== undefined),
    };
    const { code, stdout } = await runIn({}, ["do"], options);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });

  test("without a terminal, or for a program, --yes is needed", async () => {
    const plain = await runIn({}, ["do"], { program: asking });
    expect(plain.code).toBe(2);
    expect(plain.stderr).toContain("--yes");
    const json = await runIn({}, ["do", "--json"], { program: asking, isTty: true });
    expect(json.code).toBe(2);
    expect((await runIn({}, ["do", "-y"], { program: asking })).stdout).toBe("done\n");
    expect((await runIn({}, ["--yes", "do"], { program: asking })).stdout).toBe("done\n");
  });
});
