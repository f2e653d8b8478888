/**
 * Measures the areas, one `AREA.bench.ts` each, after the machine and the yardstick.
 * `--only AREA` measures one; `--json` prints rows `{area, name, value, unit, n}`, not a table.
 *
 * @module
 */
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { compareText } from "../../src/base/bytes.ts";
import { installNative } from "../../src/crypto/native.ts";
import { type Bench, type Result, type Row, rowsOf, runBench } from "./frame.ts";
import { YARDSTICK } from "./yardstick.ts";

/** The order of the table: from the ground up; others come last. */
const ORDER = "codec crypto ledger consensus scoring rpc localnet sim latency start".split(" ");
const PLACES = ORDER.length;
const EXIT_USAGE = 2;

/** The areas that have a file, in the order of the table. */
function findAreas(): string[] {
  const place = (area: string): number => (ORDER.indexOf(area) + PLACES + 1) % (PLACES + 1);
  return [...new Bun.Glob("*.bench.ts").scanSync({ cwd: import.meta.dir })]
    .map((file) => file.replace(/\.bench\.ts$/, ""))
    .sort((left, right) => place(left) - place(right) || compareText(left, right));
}

async function benchesOf(area: string): Promise<readonly Bench[]> {
  const path = join(import.meta.dir, `${area}.bench.ts`);
  const module = (await import(path)) as { readonly benches: readonly Bench[] };
  return module.benches;
}

/** What the figures were measured on, as a row like the others. */
function machineRow(): Row {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const system = `${process.platform} ${process.arch}`;
  const name = [model, memory, system, `Bun ${Bun.version}`].join(", ");
  return { area: "machine", name, value: cpus().length, unit: "cores", n: 1 };
}

async function measure(areas: readonly string[], each: (result: Result) => void): Promise<void> {
  for (const bench of YARDSTICK) each(await runBench("yardstick", bench));
  for (const area of areas) {
    for (const bench of await benchesOf(area)) each(await runBench(area, bench));
  }
}

/** Three significant digits; whole numbers are grouped. */
function formatValue(value: number): string {
  const decimals = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

function tableLine(cells: readonly string[]): string {
  const [area = "", name = "", median = "", p99 = "", unit = "", n = ""] = cells;
  const figures = `${median.padStart(10)} ${p99.padStart(10)}  ${unit.padEnd(10)} ${n.padStart(5)}`;
  return `${area.padEnd(10)} ${name.padEnd(42)} ${figures}`;
}

async function printTable(areas: readonly string[]): Promise<void> {
  const { name, value } = machineRow();
  console.log(`${name}, ${value} cores\n`);
  console.log(tableLine(["area", "name", "median", "p99", "unit", "n"]));
  await measure(areas, ({ area, name: what, median, p99, unit, n }) =>
    console.log(tableLine([area, what, formatValue(median), formatValue(p99), unit, `${n}`])),
  );
}

async function printJson(areas: readonly string[]): Promise<void> {
  const rows = [machineRow()];
  await measure(areas, (result) => rows.push(...rowsOf(result)));
  console.log(`[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const found = findAreas();
  const areas = found.filter((area) => values.only === undefined || values.only === area);
  if (areas.length === 0) {
    console.error(`bench: no area ${values.only}; there are ${found.join(", ")}`);
    return EXIT_USAGE;
  }
  installNative();
  await (values.json ? printJson(areas) : printTable(areas));
  return 0;
}

process.exit(await main());
