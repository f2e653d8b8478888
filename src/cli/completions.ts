/**
 * Completions scripts for bash, zsh and fish, made from the command table: the words of commands,
 * their options, and the choices of options; everything else is completed as a file.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import { type CommandNode, lastWord, type Program, visibleChildren } from "./command.ts";
import { longName, type Param } from "./params.ts";

/** A shell for which there is a script. */
export type Shell = "bash" | "zsh" | "fish";

/** Something that can come next, and what it means. */
type Candidate = {
  readonly word: string;
  readonly summary: string;
  readonly takesValue: boolean;
};

/** What can come after the words of one node's name. */
type Place = {
  readonly name: string;
  readonly commands: readonly Candidate[];
  readonly options: readonly Candidate[];
  /** Values after an option, or as argument under the name ""; files where there are none. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
};

/** What a script is written from. */
type Parts = {
  readonly program: string;
  readonly places: readonly Place[];
  /** Options that can come anywhere. */
  readonly everywhere: readonly Candidate[];
};

/** The script of `shell`. */
export function completionScript(program: Program, shell: Shell): string {
  const globals = Object.entries(program.globals).map(([key, param]) => candidate(key, param));
  const help = { word: "--help", summary: "Print help", takesValue: false };
  const parts = {
    program: program.name,
    places: placesOf(program.root),
    everywhere: [...globals, help],
  };
  switch (shell) {
    case "bash":
      return bashScript(parts);
    case "zsh":
      return zshScript(parts);
    case "fish":
      return fishScript(parts);
    default:
      return unreachable(shell);
  }
}

function placesOf(node: CommandNode): readonly Place[] {
  const options = Object.entries(node.command?.options ?? {});
  const choices = new Map<string, readonly string[]>();
  for (const [key, param] of options) {
    if (param.arity !== "flag") choices.set(longName(key, param), param.choices);
  }
  const argument: Param<unknown> | undefined = Object.values(node.command?.args ?? {})[0];
  if (argument !== undefined && argument.choices.length > 0) choices.set("", argument.choices);
  const place: Place = {
    name: node.name,
    commands: visibleChildren(node).map((child) => ({
      word: lastWord(child),
      summary: child.summary,
      takesValue: false,
    })),
    options: options.map(([key, param]) => candidate(key, param)),
    choices,
  };
  return [place, ...[...node.children.values()].flatMap(placesOf)];
}

function candidate(key: string, param: Param<unknown>): Candidate {
  const takesValue = param.arity !== "flag";
  return { word: longName(key, param), summary: param.summary, takesValue };
}

/** Shell code that leaves in `at` the words of the deepest command that was typed. */
function walkCases(places: readonly Place[]): string {
  const names = places.filter(({ name }) => name !== "").map(({ name }) => quote(name));
  return names.join("|");
}

function bashScript(parts: Parts): string {
  const { program, places, everywhere } = parts;
  const cases = places.map(({ name, commands, options }) => {
    const words = [...commands, ...options, ...everywhere].map(({ word }) => word).join(" ");
    return `    ${quote(name)}) words=${quote(words)} ;;`;
  });
  return `# bash completion for ${program}
_${program}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local at="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in
      ${walkCases(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  case "$at $prev" in
${choiceCases(parts, (values) => `words=${quote(values.join(" "))}`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _${program} ${program}
`;
}

function zshScript(parts: Parts): string {
  const { program, places, everywhere } = parts;
  const describe = ({ word, summary }: Candidate): string =>
    quote(`${word.replaceAll(":", "\\:")}:${summary}`);
  const cases = places.map(({ name, commands, options }) => {
    const items = [...commands, ...options, ...everywhere].map(describe).join(" ");
    return `    ${quote(name)}) items=(${items}) ;;`;
  });
  return `#compdef ${program}
_${program}() {
  local at="" word
  local prev="\${words[CURRENT-1]}"
  local -a items
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${walkCases(places)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  case "$at $prev" in
${choiceCases(parts, (values) => `items=(${values.map(quote).join(" ")})`)}
  esac
  _describe ${quote(program)} items || _files
}
if [ "$funcstack[1]" = "_${program}" ]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

function fishScript(parts: Parts): string {
  const { program, places, everywhere } = parts;
  const lines = places.flatMap(({ name, commands, options, choices }) => {
    const start = `complete -c ${program} -n ${quote(`__${program}_at ${quoteInner(name)}`)}`;
    const values = choices.get("") ?? [];
    return [
      ...commands.map(({ word, summary }) => `${start} -f -a ${word} -d ${quote(summary)}`),
      ...values.map((value) => `${start} -f -a ${quote(value)}`),
      ...options.map((option) => {
        const wanted = choices.get(option.word) ?? [];
        const list = wanted.length === 0 ? "" : ` -x -a ${quote(wanted.join(" "))}`;
        return `${start} ${fishOption(option)}${list}`;
      }),
    ];
  });
  const anywhere = everywhere.map((option) => `complete -c ${program} ${fishOption(option)}`);
  const names = places.filter(({ name }) => name !== "").map(({ name }) => quote(name));
  return `# fish completion for ${program}
function __${program}_at
  set -l at
  for word in (commandline -opc)[2..]
    set -l longer (string trim "$at $word")
    if contains -- "$longer" ${names.join(" ")}
      set at $longer
    end
  end
  test "$at" = "$argv"
end
${[...anywhere, ...lines].join("\n")}
`;
}

function fishOption({ word, summary, takesValue }: Candidate): string {
  return `-l ${word.slice(2)}${takesValue ? " -r" : ""} -d ${quote(summary)}`;
}

/** Cases on the command and the word before the cursor. */
function choiceCases(
  { places, everywhere }: Parts,
  set: (values: readonly string[]) => string,
): string {
  const anywhere = everywhere.filter(({ takesValue }) => takesValue);
  const lines = places.flatMap(({ name, choices }) =>
    [...choices].map(([option, values]) => {
      const previous = option === "" ? name.slice(name.lastIndexOf(" ") + 1) : option;
      return `    ${quote(`${name} ${previous}`)}) ${set(values)} ;;`;
    }),
  );
  return [...lines, ...anywhere.map(({ word }) => `    *' ${word}') ${set([])} ;;`)].join("\n");
}

/** In single quotes for sh and fish alike. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** For a word inside text that `quote` gets. */
function quoteInner(text: string): string {
  return `"${text}"`;
}
