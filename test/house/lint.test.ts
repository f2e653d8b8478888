/**
 * Proof that the linter's rules run: each is given a file that breaks it. A rule that is misspelled
 * or lacks the type information it needs would otherwise be silent for ever.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const CONFIG = join(ROOT, "scripts/lint.json");

type Report = { readonly diagnostics: readonly { code: string; filename: string }[] };

/** Rule → a file that breaks it. */
const SNIPPETS: Readonly<Record<string, string>> = {
  "eslint(eqeqeq)": "export const f = (a: number, b: number): boolean => a == b;",
  "eslint(max-depth)":
    "export function f(a: boolean): void { if (a) { while (a) { if (a) { if (a) f(a); } } } }",
  "eslint(no-console)": "console.log(1);",
  "eslint(no-var)": "export var a = 1;",
  "eslint(prefer-const)": "let a = 1;\nexport const b = a;",
  "import(no-cycle)": `import { b } from "./other.ts";\nexport const a = b;`,
  "typescript(consistent-type-imports)": `import { A } from "./types.ts";\nexport let a: A;`,
  "typescript(no-misused-promises)":
    "export const f = (a: () => Promise<boolean>): number => (a() ? 1 : 2);",
  "typescript(only-throw-error)": "export function f(): never { throw 1; }",
  "typescript(switch-exhaustiveness-check)":
    "export const f = (a: 1 | 2): void => { switch (a) { case 1: f(2); } };",
  // One of each category, and the ones that need types.
  "eslint(no-unused-vars)": "const a = 1;",
  "eslint(no-shadow)":
    "const a = 1;\nexport const f = (): number => { const a = 2; return a; };\nf();\nexport { a };",
  "oxc(no-accumulating-spread)":
    "export const f = (a: A[]): A[] => a.reduce<A[]>((all, b) => [...all, b], []);\ntype A = 1;",
  "typescript(no-floating-promises)":
    "export function f(): void { g(); }\nasync function g(): Promise<void> {}",
  "typescript(await-thenable)": "export const f = async (): Promise<number> => await 1;",
};

const fileOf = (rule: string): string => `${rule.replace(/[^a-z]+/g, "-")}.ts`;

// bun.lock names the linter's programs for Linux only.
describe.skipIf(process.platform !== "linux")("the linter reports", () => {
  const folder = mkdtempSync(join(tmpdir(), "soma-lint-"));
  let codes: ReadonlySet<string> = new Set();

  beforeAll(() => {
    writeSnippets(folder);
    codes = lint(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  for (const rule of Object.keys(SNIPPETS)) {
    test(rule, () => expect(codes).toContain(`${fileOf(rule)} ${rule}`));
  }
});

test("every rule that the configuration turns on has a snippet", () => {
  const { rules } = Bun.JSONC.parse(readFileSync(CONFIG, "utf8")) as { rules: object };
  const on = Object.entries(rules).filter(([, level]) => level !== "off");
  const tried = Object.keys(SNIPPETS).map((rule) => rule.replace(/^eslint\(|\)$/g, ""));
  for (const [rule] of on) expect(tried).toContain(rule.replace("/", "("));
});

function writeSnippets(folder: string): void {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const cycle = fileOf("import(no-cycle)");
  mkdirSync(join(folder, "src"));
  write("tsconfig.json", `{ "extends": "${ROOT}/tsconfig.json" }`);
  write("src/types.ts", "export type A = number;");
  write("src/other.ts", `import { a } from "./${cycle}";\nexport const b = a;`);
  for (const [rule, text] of Object.entries(SNIPPETS)) write(`src/${fileOf(rule)}`, text);
}

/** `file rule` for everything the linter finds in `folder`. */
function lint(folder: string): ReadonlySet<string> {
  const bin = join(ROOT, "node_modules/.bin");
  const { stdout } = Bun.spawnSync([join(bin, "oxlint"), "-c", CONFIG, "-f", "json", "src"], {
    cwd: folder,
    env: { ...process.env, OXLINT_TSGOLINT_PATH: join(bin, "tsgolint") },
  });
  const { diagnostics } = JSON.parse(stdout.toString()) as Report;
  return new Set(diagnostics.map(({ filename, code }) => `${basename(filename)} ${code}`));
}
