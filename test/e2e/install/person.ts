/**
 * Somebody's home on a machine, and what they run there: the install script, `sup`, `soma`.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type ReleaseFolder, type Run, sh } from "./releases.ts";

/** Somebody who knows where `releases` are. */
export class Person {
  readonly home: string = mkdtempSync(join(tmpdir(), "soma-person-"));
  readonly bin: string = join(this.home, ".local/bin");
  private readonly env: Readonly<Record<string, string>>;
  private readonly url: string;

  constructor(releases: ReleaseFolder, more: Readonly<Record<string, string>> = {}) {
    this.url = releases.url;
    this.env = { HOME: this.home, SUP_INDEX_URL: releases.url, ...more };
  }

  /** Runs a line of sh. */
  run(line: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
    return sh(line, { ...this.env, ...more });
  }

  /** Starts a program in a group of its own, and does not wait for it. */
  start(
    line: string,
    more: Readonly<Record<string, string>> = {},
  ): Bun.Subprocess<"ignore", "ignore", "pipe"> {
    return Bun.spawn(["sh", "-c", `exec ${line}`], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", ...this.env, ...more },
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
  }

  /** `curl | sh` with options. */
  pipe(options = "", more: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.run(`curl -sSfL ${this.url}/install.sh | sh -s -- ${options}`, more);
  }

  sup(words: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.run(`${this.bin}/sup ${words}`, more);
  }

  async version(): Promise<string> {
    return (await this.run(`${this.bin}/soma --version`)).out.trim();
  }

  /** Removes the home. */
  leave(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
