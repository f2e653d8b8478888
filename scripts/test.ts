/**
 * Runs the tests in stages, the quick ones first, and ends with the line `N passed, N failed`.
 * Words choose files by a part of their path, `--long` adds the slow files, and other options go on
 * to `bun test`. A stage also fails when its runner does: a crash, or an error outside a test.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { compareText } from "../src/base/bytes.ts";
import { swiftshaderEnv } from "./swiftshader.ts";

/** Stage → whether its files may run at the same time; not where time and ports matter. */
const STAGES = {
  house: true,
  unit: true,
  prop: true,
  vec: true,
  sim: true,
  e2e: false,
  slow: false,
} as const;
type Stage = keyof typeof STAGES;
type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Machines are shared: a test is given up when it hangs, not when it is slow. */
const TEST_TIMEOUT_MS = 120_000;

const ROOT = join(import.meta.dir, "..");

function stageOf(path: string): Stage {
  if (path.endsWith(".slow.test.ts")) return "slow";
  if (path.startsWith("test/house/")) return "house";
  if (path.startsWith("test/e2e/")) return "e2e";
  const kind = /\.(prop|vec|sim)\.test\.ts$/.exec(path)?.[1];
  return (kind as Stage | undefined) ?? "unit";
}

function chooseFiles(words: readonly string[], long: boolean): string[] {
  return [...new Bun.Glob("test/**/*.test.ts").scanSync({ cwd: ROOT })]
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .filter((path) => long || stageOf(path) !== "slow")
    .sort(compareText);
}

/** `bun test` takes a word without `./` for a part of a name. */
const asPath = (path: string): string => `./${path}`;

/** Runs `files` in a process of their own, which dies with this one. */
async function runFiles(files: readonly string[], options: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "soma-test-"));
  const report = join(folder, "report.xml");
  const reporting = ["--reporter=junit", `--reporter-outfile=${report}`];
  const patience = `--timeout=${TEST_TIMEOUT_MS}`;
  const child = Bun.spawn(
    [
      process.execPath,
      "test",
      "--no-orphans",
      patience,
      ...reporting,
      ...options,
      ...files.map(asPath),
    ],
    {
      cwd: ROOT,
      // Drivers are chosen by the environment that a process starts with.
      env: { ...process.env, ...swiftshaderEnv() },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const code = await child.exited;
  const counts = readReport(existsSync(report) ? readFileSync(report, "utf8") : "");
  rmSync(folder, { recursive: true });
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** The counts in the first tag of a JUnit report. */
function readReport(text: string): Counts {
  const [tag] = /<testsuites[^>]*/.exec(text) ?? [""];
  const count = (name: string): number =>
    Number(new RegExp(`\\s${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
  const [failed, skipped] = [count("failures"), count("skipped")];
  return { passed: count("tests") - failed - skipped, failed, skipped };
}

function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

async function runStage(stage: Stage, files: string[], options: string[]): Promise<Counts> {
  const parallel = STAGES[stage] ? ["--parallel", "--no-isolate"] : [];
  const start = performance.now();
  const counts = await runFiles(files, [...parallel, ...options]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`== ${stage}: ${describeCounts(counts)} in ${seconds} s\n`);
  return counts;
}

async function main(args: readonly string[]): Promise<number> {
  const words = args.filter((arg) => !arg.startsWith("-"));
  const options = args.filter((arg) => arg.startsWith("-") && arg !== "--long");
  // A chosen file is looked at closely; in the whole suite only failures are news.
  if (words.length === 0) options.push("--only-failures");
  const files = chooseFiles(words, args.includes("--long"));
  const results: Counts[] = [];
  for (const stage of Object.keys(STAGES) as Stage[]) {
    const chosen = files.filter((path) => stageOf(path) === stage);
    if (chosen.length > 0) results.push(await runStage(stage, chosen, options));
  }
  if (files.length === 0) console.log("No test file has these words in its path.");
  const sum = (name: keyof Counts): number => results.reduce((all, one) => all + one[name], 0);
  console.log(
    describeCounts({ passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") }),
  );
  return files.length === 0 || sum("failed") > 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
