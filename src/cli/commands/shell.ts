/**
 * What belongs to the command line itself: help and completions.
 *
 * @module
 */
import { type Command, command, type CommandGroup } from "../command.ts";
import { repeated, required } from "../params.ts";
import { choice, TEXT } from "../values.ts";

/** Commands about the commands of a program; `sample` is one of its commands. */
export function shellCommands(program: string, sample: string): CommandGroup {
  return { title: "Help", commands: [helpCommand(program, sample), completionsCommand(program)] };
}

function helpCommand(program: string, sample: string): Command {
  return command({
    name: "help",
    summary: "Print help about a command",
    examples: [[`${program} help ${sample}`, `the same as \`${program} ${sample} --help\``]],
    args: { words: repeated(TEXT, "Words of the command's name", { label: "COMMAND" }) },
    options: {},
    run: async (context, { args }) => {
      const { helpAction } = await import("../actions/shell.ts");
      helpAction(context, args.words);
    },
  });
}

function completionsCommand(program: string): Command {
  const bash = `~/.local/share/bash-completion/completions/${program}`;
  return command({
    name: "completions",
    summary: "Print the completions script of a shell",
    examples: [
      [`${program} completions bash > ${bash}`, "for bash"],
      [`${program} completions zsh > ~/.zfunc/_${program}`, "for zsh, where ~/.zfunc is in $fpath"],
      [`${program} completions fish > ~/.config/fish/completions/${program}.fish`, "for fish"],
    ],
    args: { shell: required(choice("SHELL", ["bash", "zsh", "fish"]), "The shell") },
    options: {},
    hidden: true,
    run: async (context, { args }) => {
      const { completionsAction } = await import("../actions/shell.ts");
      completionsAction(context, args.shell);
    },
  });
}
