/**
 * The program as a process of its own, for benches that measure it from outside: started from
 * source or as a compiled executable, with a configuration directory that is removed at the end.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** How the program is called: from source, or as an executable. */
export type Program = readonly string[];

/** The program from source. */
export const FROM_SOURCE: Program = [process.execPath, join(ROOT, "src/main.ts")];

/** What `start localnet --json` says of itself. */
export type Urls = { readonly rpc_url: string; readonly faucet_url: string };

/** A local network in a process of its own. */
export type RunningProgram = {
  readonly pid: number;
  readonly urls: Urls;
  /** Milliseconds from the call to the readiness document. */
  readonly readyMs: number;
  /** Asks it to stop; the milliseconds that it took. */
  readonly stop: () => Promise<number>;
};

/** A directory for configuration, and how to remove it. */
export function temporaryConfig(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "soma-bench-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Compiles the executable into `folder`. */
export function compile(folder: string): Program {
  const outfile = join(folder, "soma");
  runToEnd([process.execPath, join(ROOT, "scripts/build.ts"), "--outfile", outfile], {});
  return [outfile];
}

/** Runs a command that must succeed; the milliseconds that it took. */
export function runToEnd(command: readonly string[], env: Record<string, string>): number {
  const start = performance.now();
  const { success, stderr } = Bun.spawnSync([...command], { env, stdout: "ignore" });
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
  return performance.now() - start;
}

/** Starts a local network on free ports; resolves when it says that it is ready. */
export async function startProgram(program: Program, config: string): Promise<RunningProgram> {
  const start = performance.now();
  const ports = ["fullnode-rpc", "faucet", "scoring", "admin"].flatMap((name) => [
    `--${name}-port`,
    "0",
  ]);
  const child = Bun.spawn([...program, "start", "localnet", "--json", ...ports], {
    env: { SOMA_CONFIG_DIR: config },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const urls = await readDocument(child.stdout);
  return {
    pid: child.pid,
    urls,
    readyMs: performance.now() - start,
    stop: async () => {
      const stopStart = performance.now();
      child.kill("SIGTERM");
      await child.exited;
      return performance.now() - stopStart;
    },
  };
}

async function readDocument(stream: ReadableStream<Uint8Array>): Promise<Urls> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.trimEnd().endsWith("}")) return JSON.parse(text) as Urls;
  }
  throw new Error(`the network did not get ready: ${text}`);
}

/** Resident memory of a process, in MiB. Linux only. */
export function residentMiB(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kilobytes) / 1024;
}

/** Processor time of a process so far, in ms. Linux only: a tick is 10 ms. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
