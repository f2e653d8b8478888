/**
 * The compatibility suite: installs the published Python packages beside the project, boots a local
 * network and lets `test/compat/suite.py` exercise every public method of the client against it,
 * and weights of the models. Needs Python and what pip installs from; the packages, 760 MB with the
 * framework of the models, are kept for the next time.
 *
 * @module
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SomaError } from "../src/base/errors.ts";
import { blsKeygen, blsPublicKey, blsSign } from "../src/crypto/bls.ts";
import { ed25519PublicKey } from "../src/crypto/ed25519.ts";
import { installNative } from "../src/crypto/native.ts";
import { popMessage } from "../src/crypto/pop.ts";
import { readConfig } from "../src/host/config.ts";
import { layoutOf, validatorPath } from "../src/localnet/layout.ts";
import type { Localnet } from "../src/localnet/options.ts";
import { addressOf } from "../src/localnet/plan.ts";
import { DEFAULT_PORTS } from "../src/localnet/ports.ts";
import { startLocalnet } from "../src/localnet/start.ts";
import { batchDirections } from "../src/model/compete.ts";
import { SMALL } from "../src/model/config.ts";
import { littleEndian } from "../src/model/safetensors.ts";
import { PARITY } from "../test/compat/parity.ts";
import { computed } from "../test/vectors/wire_vectors.json";

const ROOT = join(import.meta.dir, "..");
/** The models come with the framework that they were published for. */
const PACKAGES = ["soma-sdk==0.1.15", "soma-models==0.1.7", "flax==0.12.8", "jax==0.10.2"];
const FIND = "from importlib.util import find_spec; assert find_spec('flax')";
const CACHE = join(ROOT, "node_modules/.cache/soma-compat");
const SEED_BYTES = 32;
const ANY_PORTS = { rpc: 0, faucet: 0, scoring: 0, admin: 0 };

/** How to run Python with the packages. */
type Python = { readonly command: string; readonly env: Readonly<Record<string, string>> };

const randomBytes = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));

/** A Python that has the packages: of a virtual environment, or with a folder of packages. */
function installPackage(): Python {
  const venv = join(CACHE, "venv");
  const inVenv: Python = { command: join(venv, "bin/python"), env: {} };
  if (works(inVenv)) return inVenv;
  const folder = join(CACHE, "packages");
  const inFolder: Python = { command: "python3", env: { PYTHONPATH: folder } };
  if (works(inFolder)) return inFolder;
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  // Debian has venv and pip in packages of their own.
  for (const attempt of [() => undefined, installTools]) {
    attempt();
    const isMade = run(["python3", "-m", "venv", venv]) && existsSync(inVenv.command);
    if (isMade && pip(inVenv.command, []) && works(inVenv)) return inVenv;
    if (pip("python3", ["--target", folder]) && works(inFolder)) return inFolder;
  }
  throw new SomaError("python_missing", `could not install ${PACKAGES.join(", ")}`, {
    hint: "install Python 3.11 or newer with pip: `apt-get install python3 python3-venv`",
  });
}

function works({ command, env }: Python): boolean {
  return existsSync(CACHE) && run([command, "-c", `import soma_sdk, soma_models; ${FIND}`], env);
}

function pip(command: string, options: readonly string[]): boolean {
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  return run([command, "-m", "pip", "install", ...quiet, ...options, ...PACKAGES]);
}

function installTools(): void {
  if (process.getuid?.() !== 0 || Bun.which("apt-get") === null) return;
  run(["apt-get", "update", "--quiet"]);
  run(["apt-get", "install", "--yes", "--quiet", "python3", "python3-venv", "python3-pip"]);
}

function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): boolean {
  const [program = ""] = command;
  if (Bun.which(program) === null && !existsSync(program)) return false;
  const options = { env: { ...process.env, ...env }, stdout: "ignore", stderr: "pipe" } as const;
  return Bun.spawnSync([...command], options).exitCode === 0;
}

/** A network on the usual ports, which the package knows by name, or on any. */
async function startNetwork(): Promise<{ readonly network: Localnet; readonly preset: boolean }> {
  const options = { directory: undefined, randomBytes };
  try {
    const network = await startLocalnet({ ...options, ports: DEFAULT_PORTS });
    return { network, preset: true };
  } catch (error) {
    if (!(error instanceof SomaError) || error.code !== "port_in_use") throw error;
    return { network: await startLocalnet({ ...options, ports: ANY_PORTS }), preset: false };
  }
}

/** What the suite is told. */
function describeWorld(network: Localnet, preset: boolean): unknown {
  const layout = layoutOf(network.directory);
  const validators = Array.from(
    { length: network.committeeSize },
    (_, number) => readConfig(validatorPath(layout, number)).accountKey?.toHex() ?? "",
  );
  return {
    urls: network.urls,
    preset,
    dim: SMALL.dim,
    validators,
    candidate: drawCandidate(),
    addresses: ["/ip4/127.0.0.1/tcp/18080", "/ip4/127.0.0.1/tcp/18081"],
    parity: Object.keys(PARITY),
    models: { config: SMALL, directions: littleEndian(batchDirections(SMALL, 0n, 0)).toBase64() },
    weights: join(ROOT, "src/localnet/content/english.safetensors"),
    vectors: {
      secret_key: computed.keypair.secret_key_hex,
      mnemonic: computed.mnemonic_abandon_about.address,
      transactions: computed.transactions.map((vector) => ({
        name: vector.kind,
        data: vector.transaction_data_bcs,
        signed: vector.signed_transaction_bcs,
      })),
      commitments: computed.commitment.map(({ data_utf8, b58 }) => [data_utf8, b58]),
    },
  };
}

function drawCandidate(): unknown {
  const account = randomBytes(SEED_BYTES);
  const secret = blsKeygen(randomBytes(SEED_BYTES));
  const protocol = blsPublicKey(secret);
  return {
    account: account.toHex(),
    protocol: protocol.toHex(),
    network: ed25519PublicKey(randomBytes(SEED_BYTES)).toHex(),
    worker: ed25519PublicKey(randomBytes(SEED_BYTES)).toHex(),
    proof: blsSign(secret, popMessage(protocol, addressOf(account))).toHex(),
  };
}

async function main(): Promise<number> {
  installNative();
  const python = installPackage();
  const { network, preset } = await startNetwork();
  const scratch = mkdtempSync(join(tmpdir(), "soma-compat-"));
  try {
    const world = join(scratch, "world.json");
    writeFileSync(world, JSON.stringify(describeWorld(network, preset)));
    const suite = Bun.spawn([python.command, join(ROOT, "test/compat/suite.py"), world], {
      env: { ...process.env, ...python.env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    return await suite.exited;
  } finally {
    await network.stop();
    rmSync(scratch, { recursive: true });
  }
}

process.exit(await main());
