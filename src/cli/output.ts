/**
 * What a command says. Results go to standard output: text for people, or with `--json` exactly one
 * JSON document; notes, warnings and errors go to standard error. Amounts, versions and heights
 * (bigint) become decimal strings in JSON.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { EXIT, type SomaError } from "../base/errors.ts";
import { type Colors, colorsFor } from "./colors.ts";
import type { CliDeps } from "./deps.ts";
import { hintFor } from "./hints.ts";
import { renderBox, renderTable, type Table, wrapText } from "./text-layout.ts";

/** The convention of shells for a program whose reader went away: 128 + SIGPIPE. */
const EXIT_BROKEN_PIPE = 141;
const HELP_COLUMNS = 80;

/** The voice of one command. */
export class Output {
  readonly isJson: boolean;
  /** Colours for `line`, `table` and `box`. */
  readonly colors: Colors;
  private readonly deps: CliDeps;
  private readonly errorColors: Colors;
  /** The command as it is typed, whose help is the next step after a mistake in typing it. */
  private readonly command: string;
  private documents = 0;
  private code: number = EXIT.ok;

  constructor(deps: CliDeps, isJson: boolean, command = "soma") {
    this.deps = deps;
    this.isJson = isJson;
    this.command = command;
    this.colors = colorsFor(deps.stdout, deps.env);
    this.errorColors = colorsFor(deps.stderr, deps.env);
  }

  /** The result: `document` in JSON mode, else what `print` says with `line`, `table` and `box`. */
  result(document: unknown, print: () => void): void {
    if (this.isJson) this.json(document);
    else print();
  }

  /** A line for people. */
  line(text = ""): void {
    if (!this.isJson) this.deps.stdout.write(`${text}\n`);
  }

  /** A table for people. */
  table(table: Table): void {
    this.line(renderTable(table, this.deps.stdout.columns));
  }

  /** Lines for people in a box. */
  box(lines: readonly string[]): void {
    this.line(renderBox(lines, this.deps.stdout.columns));
  }

  /** Something worth knowing that is not the result. */
  note(text: string): void {
    if (!this.isJson) this.deps.stderr.write(`${text}\n`);
  }

  /** Something that may go wrong later. */
  warn(text: string): void {
    this.deps.stderr.write(`${this.errorColors.yellow("Warning:")} ${text}\n`);
  }

  /** Says that the command did its work and that the outcome is a failure: exit code 1. */
  failed(): void {
    this.code = EXIT.failed;
  }

  /** Reports an error and takes its exit code. */
  error(error: SomaError): void {
    this.code = error.exit;
    const hint = error.hint ?? hintFor(error.code, this.command);
    const document = { error: { code: error.code, message: error.message, hint: hint ?? null } };
    if (this.isJson && this.documents === 0) this.json(document);
    else this.deps.stderr.write(this.errorText(printable(error.message), hint));
  }

  /** The exit code of the process. */
  exitCode(): number {
    if (this.code === EXIT.ok && this.deps.stdout.isBroken()) return EXIT_BROKEN_PIPE;
    return this.code;
  }

  /** Checks that a command in JSON mode kept its promise. */
  finish(): void {
    assert(!this.isJson || this.documents === 1, "a command prints one JSON document");
  }

  private json(document: unknown): void {
    assert(this.documents === 0, "a command prints its result once");
    this.documents++;
    this.deps.stdout.write(`${toJson(document)}\n`);
  }

  private errorText(message: string, hint: string | undefined): string {
    const { bold, red, yellow } = this.errorColors;
    const first = `${bold(red("Error:"))} ${message}\n`;
    if (hint === undefined) return first;
    const indent = "        ";
    const width = (this.deps.stderr.columns ?? HELP_COLUMNS) - indent.length;
    const lines = wrapText(printable(hint), width).join(`\n${indent}`);
    return `${first}\n  ${bold(yellow("Hint:"))} ${lines}\n`;
  }
}

/** `document` as JSON text. */
function toJson(document: unknown): string {
  const decimal = (_: string, value: unknown): unknown =>
    typeof value === "bigint" ? value.toString() : value;
  return JSON.stringify(document, decimal, 2);
}

/** Text from outside without control characters, which could rewrite the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "\u{fffd}");
}
