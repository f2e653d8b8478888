/**
 * From the words of a command line to a command and the texts of its parameters. A value is taken
 * exactly as it was typed, whatever it looks like: the word after an option that wants one belongs
 * to it, be it empty, `--`, `-1` or `1e3`.
 *
 * @module
 */
import { usageError } from "../base/errors.ts";
import {
  type Command,
  type CommandNode,
  lastWord,
  type Program,
  visibleChildren,
} from "./command.ts";
import { nearestName } from "./nearest.ts";
import {
  argumentUsage,
  type Given,
  longName,
  optionUsage,
  type Param,
  type Params,
} from "./params.ts";

/** What a command line asks for. */
export type Request =
  | { readonly kind: "help"; readonly node: CommandNode }
  | { readonly kind: "version" }
  | {
      readonly kind: "run";
      readonly command: Command;
      readonly globals: Given;
      readonly args: Given;
      readonly options: Given;
    };

type Texts = Map<string, string[]>;
type Named = { readonly key: string; readonly param: Param<unknown>; readonly into: Texts };

/** Reads the words after the program's name; what does not fit the table is a usage error. */
export function parseWords(program: Program, words: readonly string[]): Request {
  return new WordReader(program, words).read();
}

/** Whether errors about `words` shall be JSON, told before they are understood. */
export function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).includes("--json");
}

/** Walks once over the words; its position and what it found so far are its state. */
class WordReader {
  private readonly program: Program;
  private readonly words: readonly string[];
  private node: CommandNode;
  private next = 0;
  private readonly plain: string[] = [];
  private readonly globals: Texts = new Map();
  private readonly options: Texts = new Map();

  constructor(program: Program, words: readonly string[]) {
    this.program = program;
    this.words = words;
    this.node = program.root;
  }

  read(): Request {
    while (this.next < this.words.length) {
      const word = this.words[this.next++]!;
      if (word === "--") this.takeRest();
      else if (!looksLikeOption(word)) this.takeWord(word);
      else if (word === "--help" || word === "-h") return { kind: "help", node: this.node };
      else if (this.isVersion(word)) return { kind: "version" };
      else this.takeOption(word);
    }
    const { command } = this.node;
    if (command !== undefined) {
      const args = assignArguments(command, this.plain);
      return { kind: "run", command, globals: this.globals, args, options: this.options };
    }
    if (this.node === this.program.root) return { kind: "help", node: this.node };
    throw usageError(
      `\`${this.line()}\` needs a command: ${visibleChildren(this.node).map(lastWord).join(", ")}`,
      `see \`${this.line()} --help\``,
    );
  }

  /** After `--` nothing is an option. */
  private takeRest(): void {
    while (this.next < this.words.length) this.takeWord(this.words[this.next++]!);
  }

  private takeWord(word: string): void {
    const child = this.plain.length === 0 ? this.node.children.get(word) : undefined;
    if (child !== undefined) {
      this.node = child;
      return;
    }
    const { command } = this.node;
    if (command === undefined || this.node.children.size > 0) throw this.unknownCommand(word);
    const arities = Object.values(command.args).map((param) => param.arity);
    const isRest =
      arities[this.plain.length] === "rest" || arities[this.plain.length + 1] === "rest";
    this.plain.push(word);
    if (!isRest) return;
    this.plain.push(...this.words.slice(this.next));
    this.next = this.words.length;
  }

  private takeOption(word: string): void {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    const option = this.findOption(name);
    if (option === undefined) throw this.unknownOption(name);
    const { key, param, into } = option;
    const texts = into.get(key) ?? [];
    if (texts.length > 0 && param.arity === "one") throw this.wrong(`${name} is given twice`);
    into.set(key, texts);
    if (equals >= 0 && param.arity === "flag") throw this.wrong(`${name} takes no value`);
    if (equals >= 0) texts.push(word.slice(equals + 1));
    else if (param.arity === "flag") texts.push("");
    else if (param.bare !== undefined) texts.push(param.bare);
    else this.takeValues(option, texts);
  }

  private takeValues({ key, param }: Named, texts: string[]): void {
    const value = this.words[this.next++];
    if (value === undefined) throw this.wrong(`${optionUsage(key, param)}: the value is missing`);
    texts.push(value);
    if (param.arity !== "greedy") return;
    while (this.next < this.words.length && !looksLikeOption(this.words[this.next]!)) {
      texts.push(this.words[this.next++]!);
    }
  }

  private findOption(name: string): Named | undefined {
    const own = findParam(this.node.command?.options ?? {}, name, this.options);
    return own ?? findParam(this.program.globals, name, this.globals);
  }

  private isVersion(word: string): boolean {
    return this.node === this.program.root && (word === "--version" || word === "-V");
  }

  private unknownCommand(word: string): Error {
    const names = visibleChildren(this.node).map(lastWord);
    const nearest = nearestName(word, names);
    const hint =
      nearest === undefined
        ? `see \`${this.line()} --help\` for the commands there are`
        : `did you mean \`${this.line()} ${nearest}\`?`;
    return usageError(`unknown command: ${this.line()} ${word}`, hint);
  }

  private unknownOption(name: string): Error {
    const params = { ...this.program.globals, ...this.node.command?.options };
    const names = Object.entries(params).map(([key, param]) => longName(key, param));
    const nearest = nearestName(name, [...names, "--help"]);
    const hint =
      nearest === undefined
        ? `see \`${this.line()} --help\` for the options there are`
        : `did you mean ${nearest}?`;
    return usageError(`\`${this.line()}\` has no option ${name}`, hint);
  }

  private wrong(message: string): Error {
    return usageError(message, `see \`${this.line()} --help\``);
  }

  private line(): string {
    return `${this.program.name} ${this.node.name}`.trimEnd();
  }
}

/** A dash and a number is a value: nobody names an option `-1`. */
function looksLikeOption(word: string): boolean {
  return /^-[^0-9.]/.test(word);
}

function findParam(params: Params, name: string, into: Texts): Named | undefined {
  for (const [key, param] of Object.entries(params)) {
    const isShort = param.short !== undefined && name === `-${param.short}`;
    if (isShort || name === longName(key, param)) return { key, param, into };
  }
  return undefined;
}

function assignArguments(command: Command, words: readonly string[]): Given {
  const given = new Map<string, readonly string[]>();
  let next = 0;
  for (const [key, param] of Object.entries(command.args)) {
    const count = param.arity === "one" ? 1 : words.length - next;
    if (next < words.length) given.set(key, words.slice(next, next + count));
    next += count;
  }
  if (next >= words.length) return given;
  const usage = Object.values(command.args).map(argumentUsage).join(" ");
  throw usageError(
    `unexpected argument ${JSON.stringify(words[next])}`,
    `\`${command.name}\` takes ${usage === "" ? "no arguments" : usage}; quote a value with spaces`,
  );
}
