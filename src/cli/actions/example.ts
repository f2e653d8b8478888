/**
 * What `soma example` does: scripts that tell what one can do with the SDK, ready to be changed.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { usageError } from "../../base/errors.ts";
import type { Context } from "../command.ts";
import events from "../examples/events.ts.txt" with { type: "text" };
import network from "../examples/network.ts.txt" with { type: "text" };
import staking from "../examples/staking.ts.txt" with { type: "text" };
import strategy from "../examples/strategy.ts.txt" with { type: "text" };
import transfers from "../examples/transfers.ts.txt" with { type: "text" };
import { nearestName } from "../nearest.ts";
import { runScriptAction } from "./script.ts";

/** The examples by name. */
const EXAMPLES: Readonly<Record<string, string>> = {
  network,
  transfers,
  staking,
  strategy,
  events,
};

/** `example list` */
export function listExamplesAction({ output }: Context): void {
  const rows = Object.entries(EXAMPLES).map(([name, text]) => [name, aboutOf(text)]);
  const examples = rows.map(([name, about]) => ({ name, about }));
  output.result({ examples }, () => output.table({ title: "Examples", rows }));
}

/** `example show` */
export function showExampleAction({ output }: Context, name: string): void {
  const text = findExample(name);
  output.result({ name, text }, () => output.line(text.trimEnd()));
}

/** `example run` */
export async function runExampleAction(
  context: Context,
  name: string,
  args: readonly string[],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "soma-example-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, findExample(name));
  await runScriptAction(context, path, args);
}

function findExample(name: string): string {
  const text = EXAMPLES[name];
  if (text !== undefined) return text;
  const names = Object.keys(EXAMPLES);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `there are ${names.join(", ")}` : `did you mean ${nearest}?`;
  throw usageError(`there is no example ${name}`, hint);
}

/** The first line of an example says what it shows. */
function aboutOf(text: string): string {
  return text.split("\n", 1)[0]!.replace(/^\/\/ /, "");
}
