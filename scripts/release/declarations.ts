/**
 * The types of a package: a declaration file for each source that its entry leads to.
 *
 * @module
 */
import { join } from "node:path";

import ts from "typescript";

const ROOT = join(import.meta.dir, "../..");
/** Paths of other files, which end in `.ts` in the sources. */
const RELATIVE = /((?:from|import\()\s*)"(\.{1,2}\/[^"]+)\.ts"/g;

/** Writes the declarations that `entry` leads to below `outDir`, laid out as the repository. */
export function writeDeclarations(entry: string, outDir: string): void {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: { compilerOptions: unknown };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const program = ts.createProgram([join(ROOT, entry)], {
    ...options,
    noEmit: false,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: ROOT,
    outDir,
  });
  const { diagnostics } = program.emit(undefined, (path, text) => {
    ts.sys.writeFile(path, text.replace(RELATIVE, '$1"$2.js"'));
  });
  const [first] = diagnostics;
  if (first !== undefined) throw new Error(ts.flattenDiagnosticMessageText(first.messageText, " "));
}
