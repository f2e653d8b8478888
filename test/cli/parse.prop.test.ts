/**
 * A value arrives as it was typed, whatever it looks like and wherever it stands.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { buildProgram, command, type Context } from "../../src/cli/command.ts";
import { greedy, optional, repeated, required, rest } from "../../src/cli/params.ts";
import { parseWords, type Request } from "../../src/cli/parse.ts";
import { TEXT } from "../../src/cli/values.ts";

const run = async (_context: Context): Promise<void> => undefined;

const PROGRAM = buildProgram({
  name: "p",
  about: "",
  version: "1",
  examples: [],
  groups: [
    {
      title: "T",
      parents: { group: "G" },
      commands: [
        command({
          name: "group do",
          summary: "S",
          examples: [],
          args: { first: optional(TEXT, "S"), others: repeated(TEXT, "S") },
          options: {
            one: required(TEXT, "S", { short: "o" }),
            dotted: optional(TEXT, "S", { flag: "client.name" }),
            again: repeated(TEXT, "S"),
            many: greedy(TEXT, "S"),
          },
          run,
        }),
        command({
          name: "pass",
          summary: "S",
          examples: [],
          args: { script: required(TEXT, "S"), words: rest("WORD", "S") },
          options: {},
          run,
        }),
      ],
    },
  ],
});

// Strings that parsers tend to take for something else, among any others.
const TEMPTING = [
  ..."- -- --one --one=1 --json -y -h --help -V --version -1 -.5 1e3 0x10 = == a=b".split(" "),
  ..."true false null NaN Infinity __proto__ constructor prototype group do pass".split(" "),
  ..."--no-one no-one --client.name client.name * ? $HOME \\ ' \" é 😀 \u0000".split(" "),
  "",
  " ",
  "\n",
  "160179a1565ea7cff27ead23f54cc7f50893bf58155cd7285156e57afa31c3ac",
  "0x160179a1565ea7cff27ead23f54cc7f50893bf58155cd7285156e57afa31c3ac",
];

const anyText = fc.oneof(
  fc.constantFrom(...TEMPTING),
  fc.string(),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("--", "-", "").chain((dashes) => fc.string().map((tail) => dashes + tail)),
);

function parsed(words: readonly string[]): Extract<Request, { kind: "run" }> {
  const request = parseWords(PROGRAM, words);
  if (request.kind !== "run") throw new Error(`asked for ${request.kind}`);
  return request;
}

test.each([
  ["--one", "one"],
  ["-o", "one"],
  ["--client.name", "dotted"],
  ["--again", "again"],
  ["--many", "many"],
])("any text after %s is its value", (name, key) => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(parsed(["group", "do", name, text]).options.get(key)).toEqual([text]);
      expect(parsed(["group", "do", `${name}=${text}`]).options.get(key)).toEqual([text]);
    }),
  );
});

test("any text given again and again keeps its order", () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1 }), (texts) => {
      const words = texts.flatMap((text) => ["--again", text]);
      expect(parsed(["group", "do", ...words]).options.get("again")).toEqual(texts);
    }),
  );
});

test("any text of a global option arrives, before the command and after it", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const before = parsed(["--client.config", text, "group", "do"]);
      const after = parsed(["group", "do", "--client.config", text]);
      expect(before.globals.get("clientConfig")).toEqual([text]);
      expect(after.globals.get("clientConfig")).toEqual([text]);
    }),
  );
});

test("any words after -- are arguments", () => {
  fc.assert(
    fc.property(anyText, fc.array(anyText, { minLength: 1 }), (first, others) => {
      const { args } = parsed(["group", "do", "--", first, ...others]);
      expect(args.get("first")).toEqual([first]);
      expect(args.get("others")).toEqual(others);
    }),
  );
});

test("all words after a script are the script's", () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1 }), (words) => {
      expect(parsed(["pass", "script.ts", ...words]).args.get("words")).toEqual(words);
    }),
  );
});
