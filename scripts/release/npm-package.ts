/**
 * Makes npm packages of parts of the program: one module for Node, Bun and browsers, its types, and
 * a manifest that asks for exactly the libraries that it uses.
 *
 * @module
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import manifest from "../../package.json" with { type: "json" };
import { compareText } from "../../src/base/bytes.ts";
import { writeDeclarations } from "./declarations.ts";

/** A package of the registry. */
export type NpmPackage = {
  readonly name: string;
  readonly about: string;
  /** The module that it is, relative to the repository. */
  readonly entry: string;
  /** Lines of an example for its README. */
  readonly example: readonly string[];
};

/** Packages by the channel of the tags that release them. */
export const NPM_PACKAGES: Readonly<Record<string, NpmPackage>> = {
  sdk: {
    name: "soma-sdk",
    about: "Talks to a Soma network: balances, models, targets, submissions.",
    entry: "src/sdk.ts",
    example: [
      'import { formatSoma, Keypair, Soma } from "soma-sdk";',
      "",
      'const urls = { rpc: "http://127.0.0.1:9000", faucet: "http://127.0.0.1:9123" };',
      "const soma = new Soma(urls, Keypair.generate());",
      "console.log(formatSoma(await soma.fund()));",
    ],
  },
  models: {
    name: "soma-models",
    about: "Weights of Soma's models: made, read, checked, encrypted and evaluated.",
    entry: "scripts/release/models-entry.ts",
    example: [
      'import { evaluate, initialWeights, readWeights, SMALL, writeWeights } from "soma-models";',
      "",
      "const file = writeWeights(SMALL, initialWeights(7n));",
      "const weights = readWeights(SMALL, file);",
      'const data = new TextEncoder().encode("a few bytes to predict");',
      "if (weights.ok) console.log(evaluate(SMALL, weights.value, data, 0n).loss);",
    ],
  },
};

const ROOT = join(import.meta.dir, "../..");
/** The oldest that has everything else that is used. */
const NODE = ">=20";

/** Makes `name-version.tgz` in `out`; returns its name. */
export async function makePackage(pack: NpmPackage, version: string, out: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "soma-package-"));
  try {
    const imports = await bundle(pack, folder);
    writeDeclarations(pack.entry, join(folder, "types"));
    for (const name of typeImports(join(folder, "types"))) imports.add(name);
    writeFileSync(join(folder, "package.json"), describe(pack, version, imports));
    writeFileSync(join(folder, "README.md"), readme(pack));
    copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
    mkdirSync(out, { recursive: true });
    const command = ["npm", "pack", "--silent", "--pack-destination", out, folder];
    const { success, stdout, stderr } = Bun.spawnSync(command, { cwd: folder });
    if (!success) throw new Error(`npm pack: ${stderr.toString().trim()}`);
    return stdout.toString().trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the module; returns the packages that it imports. */
async function bundle({ entry }: NpmPackage, folder: string): Promise<Set<string>> {
  const own = join(folder, "index.ts");
  const parts = [join(import.meta.dir, "older-runtimes.ts"), join(ROOT, entry)];
  const [first, second] = parts.map((path) => JSON.stringify(path));
  writeFileSync(own, `import ${first};\nexport * from ${second};\n`);
  const { success, logs, outputs } = await Bun.build({
    entrypoints: [own],
    outdir: folder,
    target: "browser",
    format: "esm",
    packages: "external",
    throw: false,
  });
  rmSync(own);
  if (!success) throw new Error(logs.map(String).join("\n"));
  const imports = new Bun.Transpiler({ loader: "js" }).scanImports(await outputs[0]!.text());
  return new Set(imports.map(({ path }) => packageOf(path)));
}

/** The packages that declarations import. */
function typeImports(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((name) => name.endsWith(".d.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
  return texts.flatMap((text) =>
    [...text.matchAll(/from "([a-z@][^"]*)"/g)].map(([, path]) => packageOf(path!)),
  );
}

/** `@scope/name` or `name` of what an import names. */
function packageOf(path: string): string {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}

function describe(
  { name, about, entry }: NpmPackage,
  version: string,
  imports: Set<string>,
): string {
  const versions: Readonly<Record<string, string>> = manifest.dependencies;
  const used = [...imports].sort(compareText).map((one) => [one, versions[one]] as const);
  const unknown = used.find(([, wanted]) => wanted === undefined);
  if (unknown !== undefined) throw new Error(`${entry} imports ${unknown[0]}: no dependency`);
  const types = `./types/${entry.replace(/\.ts$/, ".d.ts")}`;
  const document = {
    name,
    version,
    description: about,
    license: manifest.license,
    type: "module",
    engines: { node: NODE },
    exports: { ".": { types, default: "./index.js" } },
    files: ["index.js", "types"],
    sideEffects: ["./index.js"],
    dependencies: Object.fromEntries(used),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function readme({ name, about, example }: NpmPackage): string {
  const code = example.map((line) => (line === "" ? "" : `    ${line}`)).join("\n");
  return `# ${name}\n\n${about}\n\n${code}\n`;
}
