/**
 * The surroundings of install.ps1 where it is run here: a release with a program that writes down
 * what it is told, served on loopback; a folder for temporary files; a Windows with a tar.
 *
 * @module
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeInstallers } from "../../../scripts/release/installers.ts";
import { openKeys } from "../../../scripts/release/keys.ts";
import { pack, type Packed } from "../../../scripts/release/pack.ts";
import { writeSums } from "../../../scripts/release/sums.ts";
import { serve } from "../../e2e/install/releases.ts";
import { Host } from "./host.ts";
import { Interpreter } from "./interpreter.ts";
import { type Coverage, Exit } from "./statements.ts";
import { parseScript } from "./syntax.ts";

/** The release that the script belongs to. */
export const TAG = "testnet-v1.2.0";
/** Its archive. */
export const ARCHIVE: string = `soma-${TAG}-windows-x64.tar.gz`;

/** Says its version, or writes down what it is told, and ends as the environment wants it. */
const PROGRAM = `#!/bin/sh
[ "$1" != --version ] || { echo "$smoke_says"; exit "\${smoke_code:-0}"; }
printf '%s in %s\\n' "$*" "$SUP_BIN_DIR" >>"$record"
exit "\${sup_code:-0}"
`;

/** Variables of the environment, besides the usual ones; `undefined` takes one away. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a run of the script came to. */
export type Run = {
  /** The code that the shell ended with; `undefined` if it goes on. */
  readonly code: number | undefined;
  readonly said: string;
  /** What the program was told, and where links shall be. */
  readonly told: string;
  /** What is left in the folder for temporary files. */
  readonly left: readonly string[];
} & Pick<Host, "env" | "proxies" | "types" | "waits">;

/** A release, its server, and a Windows to install it on. */
export class Surroundings {
  readonly root: string = mkdtempSync(join(tmpdir(), "soma-ps1-"));
  readonly www: string = join(this.root, "www");
  readonly temp: string = join(this.root, "temp");
  readonly coverage: Coverage = new Set();
  private readonly system: string = join(this.root, "system");
  private readonly server: Bun.Server<undefined>;

  constructor() {
    for (const folder of [this.temp, join(this.system, "System32")]) {
      mkdirSync(folder, { recursive: true });
    }
    this.setTar();
    this.server = serve(this.www);
  }

  get url(): string {
    return this.server.url.href;
  }

  get port(): number {
    return this.server.port!;
  }

  /** Makes a release in `folder`, signed with keys in `keys`, that says `words` when it starts. */
  async release(folder: string, keys: string, words = ""): Promise<void> {
    mkdirSync(join(folder, TAG), { recursive: true });
    const archives: Packed[] = [];
    for (const suffix of ["", "-cuda"]) {
      writeFileSync(join(this.root, "soma.exe"), PROGRAM + words, { mode: 0o755 });
      const outfile = join(folder, TAG, ARCHIVE.replace(".tar", `${suffix}.tar`));
      const options = { format: "tar.gz", effort: "fast" } as const;
      archives.push(await pack(this.root, ["soma.exe"], outfile, options));
    }
    const opened = openKeys(join(this.root, keys));
    writeSums(join(folder, TAG), archives, opened);
    writeInstallers(folder, { tag: TAG, baseUrl: "", keys: opened.trusted, archives });
  }

  /** Puts a script of sh in the place of the tar of Windows, or the real one. */
  setTar(script?: string): void {
    const path = join(this.system, "System32/tar.exe");
    rmSync(path, { force: true });
    if (script === undefined) symlinkSync(Bun.which("tar")!, path);
    else writeFileSync(path, script, { mode: 0o755 });
  }

  /** A Windows with `env`. */
  host(env: Environment = {}): Host {
    const usual = {
      OS: "Windows_NT",
      PROCESSOR_ARCHITECTURE: "AMD64",
      USERPROFILE: "C:\\Users\\person",
      SystemRoot: this.system,
      TEMP: this.temp,
      SUP_INDEX_URL: this.url,
      record: join(this.root, "record"),
      smoke_says: "soma 1.2.0",
    };
    const entries = Object.entries({ ...usual, ...env }).filter(([, value]) => value !== undefined);
    return new Host(Object.fromEntries(entries) as Record<string, string>);
  }

  /** The script of the release. */
  script(): string {
    return readFileSync(join(this.www, "install.ps1"), "utf8");
  }

  /** Runs the script as a file with words behind its name. */
  install(words = "", env: Environment = {}, host: Host = this.host(env)): Promise<Run> {
    const types = ["Management.Automation.ExternalScriptInfo"];
    const MyCommand = { types, ScriptContents: this.script() };
    return this.run(words, host, {
      myinvocation: { MyCommand },
      erroractionpreference: "Continue",
    });
  }

  /** Runs the script as text that a person's shell is given. */
  pipe(env: Environment, errorAction: string): Promise<Run> {
    const variables = { myinvocation: { MyCommand: null }, erroractionpreference: errorAction };
    return this.run("", this.host(env), variables);
  }

  close(): void {
    void this.server.stop(true);
    rmSync(this.root, { recursive: true });
  }

  private async run(
    words: string,
    host: Host,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Run> {
    const record = join(this.root, "record");
    rmSync(record, { force: true });
    const interpreter = new Interpreter(host, this.coverage, variables);
    const typed = words.split(" ").filter((word) => word !== "");
    let code: number | undefined;
    try {
      await interpreter.script(parseScript(this.script()), typed);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      code = error.code;
    }
    const told = existsSync(record) ? readFileSync(record, "utf8") : "";
    const left = readdirSync(this.temp).sort();
    const { env, proxies, said, types, waits } = host;
    return { code, said: said.join("\n"), told, left, env, proxies, types, waits };
  }
}
