/**
 * What `soma repl` does: reads a line of TypeScript, runs it, prints what came out. `await` works
 * anywhere; the SDK's names and `soma` are there.
 *
 * @module
 */
import { createInterface } from "node:readline";
import { createContext, runInContext } from "node:vm";

import * as sdk from "../../sdk.ts";
import type { Context } from "../command.ts";
import { connect } from "./script.ts";

/** `repl` */
export async function replAction(context: Context): Promise<void> {
  const { output, deps } = context;
  const names = { ...globalsOf(), ...sdk, soma: connect(context) };
  const world = createContext(names);
  const transpiler = new Bun.Transpiler({ loader: "ts", replMode: true });
  output.note(`Names: soma, ${Object.keys(sdk).join(", ")}. Ctrl-D ends.`);
  const lines = createInterface({
    input: process.stdin,
    output: deps.stdin.isTty ? process.stderr : undefined,
    prompt: "soma> ",
    terminal: deps.stdin.isTty,
  });
  let isOpen = true;
  lines.once("close", () => {
    isOpen = false;
  });
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() !== "") output.line(await evaluate(line, transpiler, world));
    // The lines of a pipe are still read after its end.
    if (isOpen) lines.prompt();
  }
}

async function evaluate(
  line: string,
  transpiler: Bun.Transpiler,
  world: ReturnType<typeof createContext>,
): Promise<string> {
  try {
    const result: unknown = await runInContext(transpiler.transformSync(line), world);
    const isValue = typeof result === "object" && result !== null && "value" in result;
    return Bun.inspect(isValue ? await result.value : undefined, { colors: false });
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** What a script finds in any world. */
function globalsOf(): Record<string, unknown> {
  return { console, fetch, Bun, process, setTimeout, clearTimeout, URL, TextEncoder, TextDecoder };
}
