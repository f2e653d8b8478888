/**
 * Brings the pinned Bun and the packages of bun.lock into node_modules when they are not there.
 * Plain JavaScript for Node 18 and later without a dependency, because it runs before anything is
 * installed. Every npm script runs it first, so with nothing to do it only looks at files.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";

process.chdir(decodeURIComponent(new URL("..", import.meta.url).pathname));
const [BUN, POSTINSTALL] = ["node_modules/.bin/bun", "node_modules/bun/install.js"];
const [LOCK, STAMP] = ["node_modules/.setup-lock", "node_modules/.setup-stamp"];
const PROGRAM_BYTES_MIN = 1_000_000;
const read = (path) => (fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "");
const { dependencies, devDependencies } = JSON.parse(read("package.json"));
const stamp = read("package.json") + read("bun.lock");
const NPM = `install --no-save --no-package-lock bun@${devDependencies.bun} --no-audit --no-fund
  --loglevel=error --fetch-retry-mintimeout=200 --fetch-retry-factor=2`.split(/\s+/);
const pin = `"version": "${devDependencies.bun}"`;
// Where install scripts are blocked, the file `bun` is a short text instead of a program.
const hasProgram = () => fs.existsSync(BUN) && fs.statSync(BUN).size > PROGRAM_BYTES_MIN;
const hasBun = () => read("node_modules/bun/package.json").includes(pin) && hasProgram();
const has = (name) => (name === "bun" ? hasBun() : fs.existsSync(`node_modules/${name}`));
const missing = () => Object.keys({ ...dependencies, ...devDependencies }).filter((x) => !has(x));
const isReady = () => read(STAMP) === stamp && missing().length === 0;
const say = (text) => process.stderr.write(`setup: ${text}\n`);
// Standard output belongs to the command that follows, so the tools print to standard error.
const run = (file, ...args) => spawnSync(file, args, { stdio: ["ignore", 2, 2] }).status === 0;
const isAlive = (pid) => spawnSync(`kill -0 ${Number.parseInt(pid)}`, { shell: true }).status === 0;

/** Takes a free or dead lock by writing to it; it is ours if we are still in it a pause later. */
function lock() {
  for (let holder = read(LOCK); holder !== `${process.pid}`; holder = read(LOCK)) {
    if (!isAlive(holder) && read(LOCK) === holder) fs.writeFileSync(LOCK, `${process.pid}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

function install() {
  if (!hasBun()) {
    say(`installing Bun ${devDependencies.bun} and the packages; only the first start does this`);
    if (process.versions.bun) run(process.execPath, "install", "--frozen-lockfile");
    else run("npm", ...NPM);
    if (!hasProgram() && fs.existsSync(POSTINSTALL)) run(process.execPath, POSTINSTALL);
  }
  if (hasBun() && run(BUN, "install", "--frozen-lockfile")) fs.writeFileSync(STAMP, stamp);
}

if (!isReady()) {
  fs.mkdirSync("node_modules", { recursive: true });
  lock();
  if (!isReady()) install();
  fs.rmSync(LOCK, { force: true });
}
if (!isReady()) {
  say(`missing: ${missing().join(", ") || "packages that bun.lock names"}`);
  say("npm's registry has them: connect to the network and run the same command again");
  process.exitCode = 1;
}
