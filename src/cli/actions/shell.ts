/**
 * What `soma help` and `soma completions` do.
 *
 * @module
 */
import { usageError } from "../../base/errors.ts";
import { type CommandNode, type Context, lastWord, visibleChildren } from "../command.ts";
import { completionScript, type Shell } from "../completions.ts";
import { helpDocument, helpText } from "../help.ts";
import { nearestName } from "../nearest.ts";

/** `help` */
export function helpAction({ program, output }: Context, words: readonly string[]): void {
  let node = program.root;
  for (const word of words) node = childOf(node, word);
  output.result(helpDocument(program, node), () =>
    output.line(helpText(program, node, output.colors)),
  );
}

/** `completions` */
export function completionsAction({ program, output }: Context, shell: Shell): void {
  const script = completionScript(program, shell);
  output.result({ shell, script }, () => output.line(script.trimEnd()));
}

function childOf(node: CommandNode, word: string): CommandNode {
  const child = node.children.get(word);
  if (child !== undefined) return child;
  const nearest = nearestName(word, visibleChildren(node).map(lastWord));
  const hint = nearest === undefined ? undefined : `did you mean ${nearest}?`;
  throw usageError(`there is no command ${`${node.name} ${word}`.trim()}`, hint);
}
