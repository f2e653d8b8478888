/**
 * Commands as data, and the tree that their names form. One table of them is the source of parsing,
 * help, completions and the checks of what was typed; `commands/` has one file a group.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import type { CliDeps } from "./deps.ts";
import type { Output } from "./output.ts";
import {
  argumentUsage,
  flag,
  type Given,
  optional,
  optionUsage,
  type Param,
  type Params,
  readParams,
  type Values,
} from "./params.ts";
import { PATH, TEXT } from "./values.ts";

/** Options that every command of `soma` takes, before or after its name. */
export const GLOBALS: {
  readonly json: Param<boolean>;
  readonly yes: Param<boolean>;
  readonly clientConfig: Param<string | undefined>;
  readonly clientEnv: Param<string | undefined>;
} = {
  json: flag("Print one JSON document and nothing else"),
  yes: flag("Answer yes to every question", { short: "y" }),
  clientConfig: optional(PATH, "Use this client.yaml", { flag: "client.config" }),
  clientEnv: optional(TEXT, "Use this environment of client.yaml", {
    flag: "client.env",
    label: "ALIAS",
  }),
};

/** The options of `GLOBALS` as a command sees them. */
export type Globals = Values<typeof GLOBALS>;

/** What a command works with besides its own parameters. */
export type Context = {
  readonly program: Program;
  readonly deps: CliDeps;
  readonly globals: Globals;
  readonly output: Output;
};

/** A line to type and what it does. */
export type Example = readonly [line: string, meaning: string];

/** A command as its file declares it. `run` sees its parameters with their types. */
export type CommandSpec<A extends Params, O extends Params> = {
  /** The words of its name: `wallet new`. */
  readonly name: string;
  readonly summary: string;
  /** Paragraphs below the summary in the command's own help. */
  readonly details?: readonly string[];
  readonly examples: readonly Example[];
  readonly args: A;
  readonly options: O;
  readonly hidden?: boolean;
  readonly run: (context: Context, input: Input<A, O>) => Promise<void>;
};

/** The parameters of one call. */
export type Input<A extends Params, O extends Params> = {
  readonly args: Values<A>;
  readonly options: Values<O>;
};

/** A command in the table. */
export type Command = Omit<CommandSpec<Params, Params>, "run"> & {
  readonly run: (context: Context, args: Given, options: Given) => Promise<void>;
};

/** Commands that belong together under one heading of the help. */
export type CommandGroup = {
  readonly title: string;
  /** Summaries of names that other commands begin with: `wallet`. */
  readonly parents?: Readonly<Record<string, string>>;
  readonly commands: readonly Command[];
};

/** A name in the tree: a command, the parent of others, or both. */
export type CommandNode = {
  readonly name: string;
  readonly summary: string;
  readonly hidden: boolean;
  readonly command: Command | undefined;
  readonly children: ReadonlyMap<string, CommandNode>;
};

/** A program: its commands and what help says about it. */
export type Program = {
  readonly name: string;
  readonly about: string;
  readonly version: string;
  readonly examples: readonly Example[];
  readonly groups: readonly CommandGroup[];
  /** Those of `GLOBALS` that this program has. */
  readonly globals: Params;
  readonly root: CommandNode;
};

/** Declares a command. */
export function command<A extends Params, O extends Params>(spec: CommandSpec<A, O>): Command {
  const { run, args, options } = spec;
  return {
    ...spec,
    run: (context, givenArgs, givenOptions) => {
      const hint = `see \`${context.program.name} ${spec.name} --help\``;
      return run(context, {
        args: readParams(args, givenArgs, (_, param) => argumentUsage(param), hint),
        options: readParams(options, givenOptions, optionUsage, hint),
      });
    },
  };
}

/** Puts the groups of a program together. */
export function buildProgram(
  spec: Omit<Program, "root" | "globals"> & Partial<Pick<Program, "globals">>,
): Program {
  const commands = new Map<string, Command>();
  const summaries = new Map<string, string>();
  for (const group of spec.groups) {
    for (const [name, summary] of Object.entries(group.parents ?? {})) summaries.set(name, summary);
    for (const declared of group.commands) {
      assert(!commands.has(declared.name), `${declared.name} is declared once`);
      commands.set(declared.name, declared);
    }
  }
  return { globals: GLOBALS, ...spec, root: nodeOf("", commands, summaries) };
}

/** The visible children of a node, in the order of the table. */
export function visibleChildren(node: CommandNode): readonly CommandNode[] {
  return [...node.children.values()].filter((child) => !child.hidden);
}

/** The last word of a node's name. */
export function lastWord(node: CommandNode): string {
  return node.name.slice(node.name.lastIndexOf(" ") + 1);
}

function nodeOf(
  name: string,
  commands: ReadonlyMap<string, Command>,
  summaries: ReadonlyMap<string, string>,
): CommandNode {
  const own = commands.get(name);
  const children = new Map<string, CommandNode>();
  for (const word of nextWords(name, commands.keys())) {
    const child = name === "" ? word : `${name} ${word}`;
    children.set(word, nodeOf(child, commands, summaries));
  }
  assert(
    children.size === 0 || Object.keys(own?.args ?? {}).length === 0,
    `${name} has further words, so it takes no arguments`,
  );
  const summary =
    own?.summary ?? (name === "" ? "" : present(summaries.get(name), `${name}'s summary`));
  const isHidden =
    own?.hidden ?? (children.size > 0 && [...children.values()].every((child) => child.hidden));
  return { name, summary, hidden: isHidden, command: own, children };
}

function nextWords(name: string, names: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>();
  const prefix = name === "" ? "" : `${name} `;
  for (const candidate of names) {
    if (!candidate.startsWith(prefix) || candidate === name) continue;
    words.add(present(candidate.slice(prefix.length).split(" ")[0], "a word"));
  }
  return words;
}
