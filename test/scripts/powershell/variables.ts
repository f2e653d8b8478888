/**
 * Variables of PowerShell: a function sees those of whoever called it, and sets its own.
 *
 * @module
 */
import { textOf, type Value } from "./values.ts";

/** The variables of one scope, by names in lower case. */
export type Scope = Map<string, Value>;

const OUTERMOST = /^(?:script|global):(.*)$/;

/** All scopes, and the environment. */
export class Variables {
  readonly scopes: Scope[];
  private readonly env: Map<string, string>;

  constructor(env: Map<string, string>, initial: Readonly<Record<string, Value>>) {
    this.env = env;
    const constants = { true: true, false: false, null: null, lastexitcode: null };
    this.scopes = [new Map(Object.entries({ ...constants, ...initial }))];
  }

  read(name: string): Value {
    if (name.startsWith("env:")) return this.env.get(name.slice(4)) ?? null;
    const outer = OUTERMOST.exec(name)?.[1];
    const key = outer ?? name;
    const scope =
      outer === undefined ? this.scopes.findLast((one) => one.has(key)) : this.scopes[0];
    if (scope?.has(key) !== true) throw new Error(`$${name} is not set`);
    return scope.get(key);
  }

  write(name: string, value: Value): void {
    if (name.startsWith("env:")) return this.writeEnvironment(name.slice(4), value);
    const outer = OUTERMOST.exec(name)?.[1];
    const scope = outer === undefined ? this.scopes.at(-1) : this.scopes[0];
    scope?.set(outer ?? name, value);
  }

  private writeEnvironment(name: string, value: Value): void {
    if (value === null) this.env.delete(name);
    else this.env.set(name, textOf(value));
  }
}
