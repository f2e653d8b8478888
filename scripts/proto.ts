/**
 * Generates `src/wire/generated` from the schemas in `src/wire/proto`; both are committed, so that
 * a clone runs without it. A test holds the two against each other.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const OUT = "src/wire/generated";
const ROOT = `${import.meta.dir}/..`;

const template = {
  version: "v2",
  inputs: [{ directory: "src/wire/proto" }],
  plugins: [
    {
      local: "node_modules/.bin/protoc-gen-es",
      out: OUT,
      opt: ["target=js+dts", "import_extension=js"],
    },
  ],
};

rmSync(`${ROOT}/${OUT}`, { recursive: true, force: true });
const generate = Bun.spawnSync(
  ["node_modules/.bin/buf", "generate", "--template", JSON.stringify(template)],
  { cwd: ROOT, stdout: "inherit", stderr: "inherit" },
);
for (const path of new Bun.Glob(`${OUT}/**`).scanSync({ cwd: ROOT, absolute: true })) {
  // A linter that finds nothing minds being turned off.
  writeFileSync(path, readFileSync(path, "utf8").replace("/* eslint-disable */\n", ""));
}
process.exit(generate.exitCode);
