/**
 * The versions on this machine: a folder each with the executable and a receipt, and a note of
 * which one is in use and which was before it. A version is built up under another name and renamed
 * when it is whole; links are replaced by renaming. So an interruption leaves the old state.
 *
 * @module
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { z } from "zod";

import { compareText } from "../base/bytes.ts";
import { onDisk, supError } from "./failures.ts";
import type { Places } from "./places.ts";
import { linkProgram, originOf, removeProgram } from "./program-file.ts";
import { executableName, parseTarget } from "./release.ts";

/** What was installed, from where. */
export type Receipt = {
  readonly tag: string;
  readonly target: string;
  readonly installed_at: string;
  readonly source: string;
  readonly archive: { readonly name: string; readonly sha256: string };
  readonly executable: { readonly size: number; readonly sha256: string };
};

/** What is remembered between calls. */
export type State = {
  /** The version that the links lead to, and the one before it. */
  readonly active: string | null;
  readonly previous: string | null;
  /** The highest serial of a list of releases that was seen. */
  readonly serial: number;
};

const receiptSchema: z.ZodType<Receipt> = z.object({
  tag: z.string(),
  target: z.string(),
  installed_at: z.iso.datetime(),
  source: z.string(),
  archive: z.object({ name: z.string(), sha256: z.string() }),
  executable: z.object({ size: z.number().int(), sha256: z.string() }),
});

const stateSchema: z.ZodType<State> = z.object({
  active: z.string().nullable(),
  previous: z.string().nullable(),
  serial: z.number().int().nonnegative(),
});

const RECEIPT = "receipt.json";
/** What the name of a folder starts with in which a version is built up. */
const SCRATCH = ".new-";
const NOTHING: State = { active: null, previous: null, serial: 0 };
/** The programs that are links to the version in use. */
export const LINKS = ["soma", "sup"] as const;

/** The versions in `places`; a version's id is its tag and target: `testnet-v1.2.0-linux-x64`. */
export class Versions {
  readonly places: Places;
  private readonly os: NodeJS.Platform;

  constructor(places: Places, os: NodeJS.Platform = process.platform) {
    this.places = places;
    this.os = os;
  }

  /** The ids of all that are whole, in order. */
  ids(): string[] {
    const folder = this.folder();
    if (!existsSync(folder)) return [];
    return onDisk(`read ${folder}`, () => readdirSync(folder))
      .filter((name) => existsSync(join(folder, name, RECEIPT)) && !name.startsWith("."))
      .sort(compareText);
  }

  receipt(id: string): Receipt {
    const path = join(this.folder(), id, RECEIPT);
    return (
      readJson(path, receiptSchema) ?? fail(`${path} is missing`, "sup install brings it back")
    );
  }

  /** What was installed as the version in use, if that is whole. */
  inUse(): Receipt | undefined {
    const { active } = this.state();
    return active !== null && this.ids().includes(active) ? this.receipt(active) : undefined;
  }

  /** The executable of a version. */
  executable(id: string): string {
    const target = parseTarget(this.receipt(id).target);
    return join(this.folder(), id, executableName(target.ok ? target.value.platform : "linux-x64"));
  }

  state(): State {
    return readJson(this.statePath(), stateSchema) ?? NOTHING;
  }

  /** Remembers that a list with `serial` was seen. */
  sawSerial(serial: number): void {
    const state = this.state();
    if (serial > state.serial) this.writeState({ ...state, serial });
  }

  /** An empty folder in which a version can be built up. */
  scratch(id: string): string {
    this.discard();
    const folder = this.scratchOf(id);
    onDisk(`write in ${this.folder()}`, () => mkdirSync(folder, { recursive: true }));
    return folder;
  }

  /** Removes what was begun and never finished, by this process or one that was killed. */
  discard(): void {
    const folder = this.folder();
    if (!existsSync(folder)) return;
    onDisk(`write in ${folder}`, () => {
      for (const name of readdirSync(folder).filter((one) => one.startsWith(SCRATCH))) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    });
  }

  /** Makes a version of what was built up in `scratch`. */
  keep(id: string, receipt: Receipt): void {
    const [scratch, folder] = [this.scratchOf(id), join(this.folder(), id)];
    onDisk(`write ${folder}`, () => {
      writeFileSync(join(scratch, RECEIPT), `${JSON.stringify(receipt, undefined, 2)}\n`);
      if (existsSync(folder)) replaceFiles(scratch, folder);
      else renameSync(scratch, folder);
    });
  }

  /** Lets the links lead to a version. */
  activate(id: string): void {
    const executable = this.executable(id);
    for (const name of LINKS) this.link(name, executable);
    const { active, previous, serial } = this.state();
    this.writeState({ active: id, previous: active === id ? previous : active, serial });
  }

  /** Forgets a version that is not in use. */
  remove(id: string): void {
    const state = this.state();
    if (state.active === id) {
      throw supError("locked", `${id} is in use`, "switch first: sup use VERSION");
    }
    onDisk(`remove ${id}`, () => rmSync(join(this.folder(), id), { recursive: true, force: true }));
    if (state.previous === id) this.writeState({ ...state, previous: null });
  }

  /** Where a link is. */
  linkPath(name: string): string {
    const suffix = this.os === "win32" ? ".exe" : "";
    return join(this.places.bin, `${name}${suffix}`);
  }

  /** Whether what is at a link's place was put there by us. */
  isOurs(name: string): boolean {
    const path = this.linkPath(name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    const leadsTo = found?.isSymbolicLink() ? readlinkSync(path) : found && originOf(path);
    return leadsTo?.startsWith(this.folder()) ?? false;
  }

  /** Removes a link. */
  unlink(name: string): void {
    const path = this.linkPath(name);
    onDisk(`remove ${path}`, () => removeProgram(path, this.os));
  }

  private link(name: string, executable: string): void {
    const path = this.linkPath(name);
    const found = onDisk(`look at ${path}`, () => lstatSync(path, { throwIfNoEntry: false }));
    if (found?.isDirectory()) throw supError("disk", `${path} is a folder`, "move it away");
    onDisk(`write ${path}`, () => {
      mkdirSync(dirname(path), { recursive: true });
      linkProgram(executable, path, this.os);
    });
  }

  private writeState(state: State): void {
    const path = this.statePath();
    onDisk(`write ${path}`, () => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
      renameSync(`${path}.new`, path);
    });
  }

  private scratchOf(id: string): string {
    return join(this.folder(), `${SCRATCH}${id}`);
  }

  private folder(): string {
    return join(this.places.data, "versions");
  }

  private statePath(): string {
    return join(this.places.data, "state.json");
  }
}

/** Puts files in the place of others one by one: at no time is one of them missing. */
function replaceFiles(from: string, to: string): void {
  const names = readdirSync(from).filter((name) => name !== RECEIPT);
  for (const name of [...names, RECEIPT]) renameSync(join(from, name), join(to, name));
  rmdirSync(from);
}

function readJson<T>(path: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(path)) return undefined;
  const text = onDisk(`read ${path}`, () => readFileSync(path, "utf8"));
  const parsed = schema.safeParse(parse(text));
  return parsed.success ? parsed.data : fail(`${path} is damaged`, "remove it and install again");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function fail(message: string, hint: string): never {
  throw supError("disk", message, hint);
}
