/**
 * What executables are made of, as a CycloneDX 1.6 document: Bun, every package of the lock file
 * that the program depends on, directly or not, and the WebGPU libraries of other platforms.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import manifest from "../../package.json" with { type: "json" };
import { compareText } from "../../src/base/bytes.ts";
import type { Platform } from "../../src/sup/release.ts";
import { webgpuPackages } from "./webgpu.ts";

type Package = { readonly name: string; readonly version: string; readonly integrity?: string };
type Lock = {
  readonly packages: Readonly<Record<string, readonly [string, string?, LockDetail?, string?]>>;
};
type LockDetail = {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const ROOT = join(import.meta.dir, "../..");

/** The document for a version, built for `platforms`. */
export function sbom(version: string, platforms: readonly Platform[]): string {
  const libraries = webgpuPackages(platforms).map(({ sha512, ...library }) => ({
    ...library,
    integrity: `sha512-${sha512}`,
  }));
  const all = [...shippedPackages(), ...libraries].map((one) => [one.name, one] as const);
  const packages = [...new Map(all).values()].toSorted((a, b) => compareText(a.name, b.name));
  const components = [{ name: "bun", version: Bun.version }, ...packages].map(component);
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name: "soma", version, licenses: LICENSES } },
    components,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const LICENSES = [{ license: { id: manifest.license } }];

function component({ name, version, integrity }: Package): unknown {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const base = { type: "library", name, version, purl };
  if (integrity === undefined) return base;
  const content = Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
  return { ...base, hashes: [{ alg: "SHA-512", content }] };
}

/** The packages below the program's dependencies, each once. */
function shippedPackages(): Package[] {
  const { packages } = Bun.JSONC.parse(readFileSync(join(ROOT, "bun.lock"), "utf8")) as Lock;
  const found = new Map<string, Package>();
  const visit = (name: string): void => {
    const entry = packages[name];
    if (entry === undefined || found.has(name)) return;
    const [spec, , detail = {}, integrity] = entry;
    const version = spec.slice(spec.lastIndexOf("@") + 1);
    found.set(name, { name, version, ...(integrity === undefined ? {} : { integrity }) });
    const below = { ...detail.dependencies, ...detail.optionalDependencies };
    for (const next of Object.keys(below)) visit(next);
  };
  for (const name of Object.keys(manifest.dependencies)) visit(name);
  return [...found.values()];
}
