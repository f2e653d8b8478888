/**
 * What is typed wrongly is told, with the name that was probably meant.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import { buildProgram, command, type Context, type Program } from "../../src/cli/command.ts";
import { defaulted, flag, greedy, optional, repeated, required } from "../../src/cli/params.ts";
import { parseWords, type Request, wantsJson } from "../../src/cli/parse.ts";
import { AMOUNT, TEXT, wholeNumber } from "../../src/cli/values.ts";

const run = async (_context: Context): Promise<void> => undefined;

const PROGRAM: Program = buildProgram({
  name: "soma",
  about: "About.",
  version: "1",
  examples: [],
  groups: [
    {
      title: "Title",
      parents: { wallet: "Keys", "validator change": "One field" },
      commands: [
        command({
          name: "wallet new",
          summary: "S",
          examples: [],
          args: {},
          options: {
            alias: optional(TEXT, "S", { short: "a" }),
            full: flag("S"),
            wordLength: defaulted(TEXT, "word12", "S"),
          },
          run,
        }),
        command({ name: "wallet list", summary: "S", examples: [], args: {}, options: {}, run }),
        command({
          name: "send",
          summary: "S",
          examples: [],
          args: { to: required(TEXT, "S", { label: "TO" }) },
          options: { amount: required(AMOUNT, "S"), faucet: optional(TEXT, "S", { bare: "here" }) },
          run,
        }),
        command({
          name: "pay",
          summary: "S",
          examples: [],
          args: { files: repeated(TEXT, "S") },
          options: { amounts: greedy(TEXT, "S"), weights: repeated(TEXT, "S") },
          run,
        }),
        command({
          name: "genesis",
          summary: "S",
          examples: [],
          args: {},
          options: { size: defaulted(wholeNumber("N", 1, 9), "4", "S") },
          run,
        }),
        command({
          name: "genesis inspect",
          summary: "S",
          examples: [],
          args: {},
          options: {},
          run,
        }),
        command({
          name: "hide",
          summary: "S",
          examples: [],
          args: {},
          options: {},
          hidden: true,
          run,
        }),
      ],
    },
  ],
});

function ask(line: string): Request {
  return parseWords(PROGRAM, line.split(" ").filter(Boolean));
}

function wrong(line: string): SomaError {
  try {
    ask(line);
  } catch (error) {
    if (error instanceof SomaError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

function given(line: string): Record<string, unknown> {
  const request = ask(line);
  if (request.kind !== "run") throw new Error(`asked for ${request.kind}`);
  const { command: found, args, options, globals } = request;
  return { name: found.name, ...Object.fromEntries([...args, ...options, ...globals]) };
}

describe("understood", () => {
  test.each([
    ["wallet new", { name: "wallet new" }],
    ["wallet new --alias a --full", { name: "wallet new", alias: ["a"], full: [""] }],
    ["wallet new -a x", { name: "wallet new", alias: ["x"] }],
    [
      "wallet new -a=x --word-length word24",
      { name: "wallet new", alias: ["x"], wordLength: ["word24"] },
    ],
    ["--json wallet --yes new", { name: "wallet new", json: [""], yes: [""] }],
    ["wallet list -y", { name: "wallet list", yes: [""] }],
    ["send bob --amount -1", { name: "send", to: ["bob"], amount: ["-1"] }],
    ["send -1 --amount 1", { name: "send", to: ["-1"], amount: ["1"] }],
    ["send --amount 1 -- --to", { name: "send", to: ["--to"], amount: ["1"] }],
    ["send - --amount 1", { name: "send", to: ["-"], amount: ["1"] }],
    [
      "send --faucet bob --amount 1",
      { name: "send", to: ["bob"], amount: ["1"], faucet: ["here"] },
    ],
    ["send bob --faucet=x --amount 1", { name: "send", to: ["bob"], amount: ["1"], faucet: ["x"] }],
    ["pay --amounts 1 -2 .5 --json", { name: "pay", amounts: ["1", "-2", ".5"], json: [""] }],
    ["pay --amounts 1 --amounts 2", { name: "pay", amounts: ["1", "2"] }],
    ["pay --weights a f --weights b", { name: "pay", weights: ["a", "b"], files: ["f"] }],
    ["genesis --size 3", { name: "genesis", size: ["3"] }],
    ["genesis inspect", { name: "genesis inspect" }],
    ["hide", { name: "hide" }],
  ])("%s", (line, wanted) => {
    expect(given(line)).toEqual(wanted);
  });

  test.each([
    ["", ""],
    ["--help", ""],
    ["-h", ""],
    ["wallet -h", "wallet"],
    ["wallet new --alias a --help --nonsense", "wallet new"],
    ["genesis --help", "genesis"],
  ])("help: %p", (line, name) => {
    const request = ask(line);
    expect(request.kind === "help" ? request.node.name : undefined).toBe(name);
  });

  test.each(["--version", "-V", "--json --version"])("version: %s", (line) => {
    expect(ask(line).kind).toBe("version");
  });
});

describe("wrong", () => {
  test.each([
    ["walet", "unknown command: soma walet", "did you mean `soma wallet`?"],
    ["wallet nwe", "unknown command: soma wallet nwe", "did you mean `soma wallet new`?"],
    ["wallet li", "unknown command: soma wallet li", "did you mean `soma wallet list`?"],
    ["xylophone", "unknown command: soma xylophone", "see `soma --help`"],
    ["genesis inspct", "unknown command: soma genesis inspct", "`soma genesis inspect`"],
    ["hidee", "unknown command: soma hidee", "see `soma --help`"],
    ["wallet", "`soma wallet` needs a command: new, list", "soma wallet --help"],
    ["wallet new --alis x", "`soma wallet new` has no option --alis", "did you mean --alias?"],
    ["wallet new --jsn", "`soma wallet new` has no option --jsn", "did you mean --json?"],
    ["wallet new --wordlength word12", "has no option --wordlength", "did you mean --word-length?"],
    ["wallet new -z", "`soma wallet new` has no option -z", "soma wallet new --help"],
    ["wallet --alias x new", "`soma wallet` has no option --alias", "soma wallet --help"],
    ["wallet new --version", "has no option --version", "soma wallet new --help"],
    ["wallet new extra", 'unexpected argument "extra"', "takes no arguments"],
    ["send a b --amount 1", 'unexpected argument "b"', "takes <TO>"],
    ["wallet new --alias", "--alias <TEXT>: the value is missing", "soma wallet new --help"],
    ["wallet new --alias a --alias b", "--alias is given twice", "soma wallet new --help"],
    ["wallet new --full=yes", "--full takes no value", "soma wallet new --help"],
    ["wallet new --json=1", "--json takes no value", "soma wallet new --help"],
  ])("%s", (line, message, hint) => {
    const error = wrong(line);
    expect(error.code).toBe("usage");
    expect(error.exit).toBe(2);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});

test("--json counts before -- only", () => {
  expect(wantsJson(["a", "--json"])).toBe(true);
  expect(wantsJson(["a", "--", "--json"])).toBe(false);
  expect(wantsJson([])).toBe(false);
});

test("a table with two commands of one name, or arguments in the way of words, is our bug", () => {
  const twin = { name: "a", summary: "S", examples: [], options: {}, run };
  const table = (commands: readonly ReturnType<typeof command>[]): (() => Program) => {
    const spec = { name: "p", about: "", version: "1", examples: [] };
    return () => buildProgram({ ...spec, groups: [{ title: "T", commands }] });
  };
  expect(table([command({ ...twin, args: {} }), command({ ...twin, args: {} })])).toThrow("once");
  const parent = command({ ...twin, args: { x: required(TEXT, "S") } });
  expect(table([parent, command({ ...twin, name: "a b", args: {} })])).toThrow("no arguments");
  expect(table([command({ ...twin, name: "no parent", args: {} })])).toThrow("no's summary");
});
