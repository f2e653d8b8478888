/**
 * The Windows that scripts run on here: files are those of this machine, programs are started,
 * pages are fetched. Commands are those of Windows PowerShell 5.1 by their whole names, and each
 * with only those of its parameters that are listed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { enumerate, isTrue, PsError, textOf, type Value } from "./values.ts";

type Call = {
  readonly named: ReadonlyMap<string, Value>;
  readonly input: readonly Value[];
  /** Runs a block with `$_` for `item`. */
  readonly block: (body: Value, item: Value) => Promise<Value>;
};

/** A command. */
export type Cmdlet = {
  readonly parameters: Readonly<Record<string, "value" | "switch">>;
  readonly positional?: readonly string[];
  readonly run: (call: Call) => Promise<Value[]>;
};

/** What is around a script. */
export class Host {
  readonly env: Map<string, string>;
  /** What was said to a person on standard error. */
  readonly said: string[] = [];
  /** Each wait, in seconds. */
  readonly waits: number[] = [];
  /** Through which proxy each page was fetched. */
  readonly proxies: Value[] = [];
  readonly types: Readonly<Record<string, Record<string, Value>>>;
  readonly cmdlets: Record<string, Cmdlet> = cmdletsOf(this);

  constructor(env: Readonly<Record<string, string>>) {
    this.env = new Map(Object.entries(env).map(([name, value]) => [name.toLowerCase(), value]));
    this.types = {
      Console: { Error: { WriteLine: (text: Value) => this.say(textOf(text)) } },
      "Net.ServicePointManager": { SecurityProtocol: 0 },
      "Net.SecurityProtocolType": { Tls12: 3072 },
      "IO.Path": { GetTempPath: () => `${this.env.get("temp")}\\` },
      Guid: { NewGuid: () => crypto.randomUUID() },
    };
  }

  say(text: string): void {
    this.said.push(text);
  }

  /** Converts a value for a parameter of a type. */
  convert(type: string, value: Value): Value {
    if (type === "string") return textOf(value);
    if (type === "int") return Number(value);
    if (type === "switch") return isTrue(value);
    if (type !== "uri") return value;
    const { protocol, hostname } = new URL(textOf(value));
    return { Scheme: protocol.slice(0, -1), Host: hostname };
  }

  /** Starts a program and waits for it. */
  async start(
    program: string,
    words: readonly string[],
  ): Promise<{ readonly code: number; readonly lines: string[] }> {
    const env = Object.fromEntries(this.env);
    const named = { ...env, PATH: "/usr/bin:/bin", SUP_BIN_DIR: env["sup_bin_dir"] ?? "" };
    let child: Bun.Subprocess<"ignore", "pipe", "pipe">;
    try {
      child = Bun.spawn([path(program), ...words.map(path)], {
        env: named,
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new PsError(["Management.Automation.ApplicationFailedException"], error.message);
    }
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    if (err !== "") this.say(err.trimEnd());
    // Windows gives codes that Unix cannot: a program says them as its last word.
    const code = /^code (-\d+)$/m.exec(out)?.[1] ?? (await child.exited);
    return { code: Number(code), lines: out.split("\n").filter((line) => line !== "") };
  }
}

/** A path of Windows as one of this machine. */
function path(text: Value): string {
  return textOf(text).replaceAll("\\", "/");
}

function notFound(name: string): PsError {
  return new PsError(["Management.Automation.ItemNotFoundException"], `Cannot find path ${name}`);
}

/** What the system refuses, as .NET tells it. */
function onSystem<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code === "ENOENT") throw notFound(error.message);
    if (error.code === "ENOSPC") {
      throw new PsError(["IO.IOException"], error.message, { HResult: -2147024784 });
    }
    throw new PsError(["UnauthorizedAccessException"], error.message);
  }
}

async function fetchFile(host: Host, { named }: Call): Promise<Value[]> {
  if (!isTrue(named.get("usebasicparsing"))) throw new Error("it would ask Internet Explorer");
  const proxy = named.get("proxy");
  host.proxies.push(proxy ?? null);
  let response: Response;
  try {
    response = await fetch(
      textOf(named.get("uri")),
      proxy === undefined ? {} : { proxy: textOf(proxy) },
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new PsError(["Net.WebException"], error.message, { Response: null });
  }
  if (!response.ok) {
    const Response = { StatusCode: response.status };
    throw new PsError(["Net.WebException"], `The server answered ${response.status}`, { Response });
  }
  const bytes = await response.bytes();
  onSystem(() => writeFileSync(path(named.get("outfile")), bytes));
  return [];
}

function listFolder({ named }: Call): Value[] {
  const folder = path(named.get("literalpath"));
  const start = textOf(named.get("filter")).replace(/\*$/, "");
  const names = onSystem(() => readdirSync(folder)).filter((name) => name.startsWith(start));
  return names.map((name) => ({
    FullName: join(folder, name),
    LastWriteTime: statSync(join(folder, name)).mtimeMs,
  }));
}

function removeItems({ named, input }: Call): Value[] {
  const given = named.get("literalpath");
  const paths =
    given === undefined
      ? input.map((one) => (one as { FullName: string }).FullName)
      : [path(given)];
  for (const one of paths) onSystem(() => rmSync(one, { recursive: true }));
  return [];
}

async function filter({ named, input, block }: Call): Promise<Value[]> {
  const kept: Value[] = [];
  for (const item of input)
    if (isTrue(await block(named.get("filterscript"), item))) kept.push(item);
  return kept;
}

async function map({ named, input, block }: Call): Promise<Value[]> {
  const results: Value[] = [];
  for (const item of input) results.push(...enumerate(await block(named.get("process"), item)));
  return results;
}

function cmdletsOf(host: Host): Record<string, Cmdlet> {
  const value = "value" as const;
  return {
    "Invoke-WebRequest": {
      parameters: { UseBasicParsing: "switch", Uri: value, OutFile: value, Proxy: value },
      run: (call) => fetchFile(host, call),
    },
    "Copy-Item": {
      parameters: { LiteralPath: value, Destination: value },
      run: async ({ named }) => {
        onSystem(() =>
          copyFileSync(path(named.get("literalpath")), path(named.get("destination"))),
        );
        return [];
      },
    },
    "Get-FileHash": {
      parameters: { Algorithm: value, LiteralPath: value },
      run: async ({ named }) => {
        const hash = createHash(textOf(named.get("algorithm")).toLowerCase());
        const bytes = onSystem(() => readFileSync(path(named.get("literalpath"))));
        return [{ Hash: hash.update(bytes).digest("hex").toUpperCase() }];
      },
    },
    ...folderCmdlets(),
    ...pipelineCmdlets(host),
  };
}

function folderCmdlets(): Record<string, Cmdlet> {
  const value = "value" as const;
  return {
    "Test-Path": {
      parameters: { LiteralPath: value },
      run: async ({ named }) => [existsSync(path(named.get("literalpath")))],
    },
    "Join-Path": {
      parameters: { Path: value, ChildPath: value },
      positional: ["Path", "ChildPath"],
      run: async ({ named }) => [
        `${textOf(named.get("path")).replace(/\\$/, "")}\\${textOf(named.get("childpath"))}`,
      ],
    },
    "New-Item": {
      parameters: { ItemType: value, Path: value },
      run: async ({ named }) => {
        onSystem(() => mkdirSync(path(named.get("path"))));
        return [{ FullName: path(named.get("path")) }];
      },
    },
    "Get-ChildItem": {
      parameters: { LiteralPath: value, Filter: value, Directory: "switch" },
      run: async (call) => listFolder(call),
    },
    "Remove-Item": {
      parameters: { Recurse: "switch", Force: "switch", LiteralPath: value },
      run: async (call) => removeItems(call),
    },
  };
}

function pipelineCmdlets(host: Host): Record<string, Cmdlet> {
  const value = "value" as const;
  const dayMs = 86_400_000;
  return {
    "Where-Object": {
      parameters: { FilterScript: value },
      positional: ["FilterScript"],
      run: filter,
    },
    "ForEach-Object": { parameters: { Process: value }, positional: ["Process"], run: map },
    "Select-Object": {
      parameters: { First: value },
      run: async ({ named, input }) => input.slice(0, Number(named.get("first"))),
    },
    "Out-Null": { parameters: {}, run: async () => [] },
    "Get-Date": {
      parameters: {},
      run: async () => [{ AddDays: (days: number) => Date.now() + days * dayMs }],
    },
    "Start-Sleep": {
      parameters: { Seconds: value },
      run: async ({ named }) => {
        host.waits.push(Number(named.get("seconds")));
        return [];
      },
    },
  };
}
