/**
 * Help, made from the command table: for the program, for the parent of commands, for a command; as
 * text in 80 columns, or as a document for programs.
 *
 * @module
 */
import type { Colors } from "./colors.ts";
import {
  type Command,
  type CommandNode,
  type Example,
  lastWord,
  type Program,
  visibleChildren,
} from "./command.ts";
import { argumentUsage, optionUsage, type Param, type Params } from "./params.ts";
import { padText, textWidth, wrapText } from "./text-layout.ts";

const COLUMNS = 80;
const INDENT = 2;
const GAP = 2;
/** A name wider than this has its summary on the next line. */
const NAME_COLUMNS_MAX = 30;

type Entry = readonly [name: string, summary: string];

/** Help about `node`, in 80 columns. */
export function helpText(program: Program, node: CommandNode, colors: Colors): string {
  const { command } = node;
  const isRoot = node === program.root;
  const paragraphs = [isRoot ? program.about : `${node.summary}.`, ...(command?.details ?? [])];
  return [
    ...paragraphs.map((paragraph) => wrapText(paragraph, COLUMNS).join("\n")),
    section(
      "Usage",
      usageLines(program, node).map((line) => `  ${line}`),
      colors,
    ),
    ...commandSections(program, node, colors),
    entrySection("Arguments", argumentEntries(command?.args ?? {}), colors),
    entrySection("Options", optionEntries(command?.options ?? {}), colors),
    entrySection("Global options", globalEntries(program, isRoot), colors),
    section("Examples", exampleLines(isRoot ? program.examples : examplesOf(node)), colors),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The same for programs: names, summaries, parameters, and everything below `node`. */
export function helpDocument(program: Program, node: CommandNode): unknown {
  const { command } = node;
  return {
    name: `${program.name} ${node.name}`.trimEnd(),
    summary: node === program.root ? program.about : node.summary,
    arguments: paramDocuments(command?.args ?? {}, (_, param) => argumentUsage(param)),
    options: paramDocuments(command?.options ?? {}, optionUsage),
    examples: (command?.examples ?? []).map(([line, meaning]) => ({ line, meaning })),
    commands: visibleChildren(node).map((child) => helpDocument(program, child)),
  };
}

function usageLines(program: Program, node: CommandNode): readonly string[] {
  const name = `${program.name} ${node.name}`.trimEnd();
  const lines: string[] = [];
  if (node.command !== undefined) lines.push(commandUsage(name, node.command));
  if (node.children.size > 0) lines.push(`${name} <COMMAND> [OPTIONS]`);
  return lines;
}

function commandUsage(name: string, command: Command): string {
  const args = Object.values(command.args).map(argumentUsage);
  const needed = Object.entries(command.options)
    .filter(([, param]) => param.required)
    .map(([key, param]) => optionUsage(key, param));
  return [name, ...args, ...needed, "[OPTIONS]"].join(" ");
}

/** The root shows its commands under the titles of their groups, others as one list. */
function commandSections(program: Program, node: CommandNode, colors: Colors): readonly string[] {
  const children = visibleChildren(node);
  const entries = (nodes: readonly CommandNode[]): readonly Entry[] =>
    nodes.map((child) => [lastWord(child), child.summary]);
  if (node !== program.root) return [entrySection("Commands", entries(children), colors)];
  const titles = new Set(program.groups.map((group) => group.title));
  return [...titles].map((title) => {
    const groups = program.groups.filter((group) => group.title === title);
    const commands = groups.flatMap((group) => group.commands);
    const firstWords = new Set(commands.map((command) => command.name.split(" ")[0]));
    const own = children.filter((child) => firstWords.has(child.name));
    return entrySection(title, entries(own), colors);
  });
}

function argumentEntries(params: Params): readonly Entry[] {
  return Object.values(params).map((param) => [argumentUsage(param), summaryOf(param)]);
}

function optionEntries(params: Params): readonly Entry[] {
  return Object.entries(params)
    .filter(([, param]) => param.hidden !== true)
    .map(([key, param]) => {
      const short = param.short === undefined ? "    " : `-${param.short}, `;
      return [short + optionUsage(key, param), summaryOf(param)];
    });
}

function globalEntries({ globals }: Program, isRoot: boolean): readonly Entry[] {
  const version: readonly Entry[] = isRoot ? [["-V, --version", "Print the version"]] : [];
  return [...optionEntries(globals), ["-h, --help", "Print this help"], ...version];
}

function summaryOf(param: Param<unknown>): string {
  const facts = [
    ...(param.choices.length > 1 ? [`one of ${param.choices.join(", ")}`] : []),
    ...(param.fallback === undefined ? [] : [`default ${param.fallback}`]),
    ...(param.required ? ["required"] : []),
  ];
  return facts.length === 0 ? param.summary : `${param.summary} (${facts.join("; ")})`;
}

function examplesOf(node: CommandNode): readonly Example[] {
  if (node.command !== undefined) return node.command.examples;
  return visibleChildren(node).flatMap((child) => examplesOf(child).slice(0, 1));
}

function exampleLines(examples: readonly Example[]): readonly string[] {
  return examples.flatMap(([line, meaning]) => [`  ${line}`, `      ${meaning}`]);
}

function entrySection(title: string, entries: readonly Entry[], colors: Colors): string {
  const widths = entries
    .map(([name]) => textWidth(name))
    .filter((each) => each <= NAME_COLUMNS_MAX);
  const width = Math.max(0, ...widths);
  return section(
    title,
    entries.flatMap((entry) => entryLines(entry, width)),
    colors,
  );
}

function entryLines([name, summary]: Entry, width: number): readonly string[] {
  const start = INDENT + width + GAP;
  const [first = "", ...others] = wrapText(summary, COLUMNS - start);
  const margin = " ".repeat(start);
  const head = " ".repeat(INDENT) + padText(name, width + GAP);
  const rest = others.map((line) => margin + line);
  if (textWidth(name) <= width) return [(head + first).trimEnd(), ...rest];
  return [head.trimEnd(), margin + first, ...rest];
}

function section(title: string, lines: readonly string[], colors: Colors): string {
  return lines.length === 0 ? "" : `${colors.bold(title)}\n${lines.join("\n")}`;
}

function paramDocuments(
  params: Params,
  usage: (key: string, param: Param<unknown>) => string,
): readonly unknown[] {
  return Object.entries(params)
    .filter(([, param]) => param.hidden !== true)
    .map(([key, param]) => ({
      usage: usage(key, param),
      short: param.short === undefined ? null : `-${param.short}`,
      summary: param.summary,
      required: param.required,
      default: param.fallback ?? null,
      choices: param.choices,
    }));
}
