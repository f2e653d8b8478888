/**
 * The ports of a local network. Those that clients use are bound before anything else happens, with
 * an answer of "not ready" behind them: a port that is taken is told before work is done, and
 * nobody can take one in between. Those between validators are chosen once and kept.
 *
 * @module
 */
import { SomaError, systemCode } from "../base/errors.ts";
import { openPort, type Port } from "../rpc/port/port.ts";
import { portHolder } from "./port-holder.ts";

/** What a local network serves. */
export type ServiceName = "rpc" | "faucet" | "scoring" | "admin";

/** Some services, each with a port. */
export type ServicePorts = Readonly<Partial<Record<ServiceName, number>>>;

/** A port for each service that shall run: a network is not without a node and admin. */
export type NetworkPorts = Readonly<Record<"rpc" | "admin", number>> & ServicePorts;

/** A bound port. */
export type Listener = {
  readonly port: number;
  readonly url: string;
} & Pick<Port, "serve" | "stop" | "connections">;

/** The bound ports of some services. */
export type Listeners<P extends ServicePorts = NetworkPorts> = {
  readonly [K in keyof P]: Listener;
};

/** The only address that a local network listens on. */
export const LOOPBACK = "127.0.0.1";

/** Where services listen when nobody says otherwise. */
export const DEFAULT_PORTS: Readonly<Record<ServiceName, number>> = {
  rpc: 9_000,
  faucet: 9_123,
  scoring: 9_124,
  admin: 9_125,
};

/** Places of the services above `--port-base`. */
export const PORT_OFFSETS: Readonly<Record<ServiceName, number>> = {
  rpc: 0,
  faucet: 1,
  scoring: 2,
  admin: 3,
};

const FLAGS: Readonly<Record<ServiceName, string>> = {
  rpc: "--fullnode-rpc-port",
  faucet: "--faucet-port",
  scoring: "--scoring-port",
  admin: "--admin-port",
};
const TITLES: Readonly<Record<ServiceName, string>> = {
  rpc: "the node",
  faucet: "the faucet",
  scoring: "scoring",
  admin: "admin",
};

/** The largest upload, a file of weights; routes have smaller limits of their own. */
export const BODY_BYTES_MAX: number = 6 * 1024 * 1024 * 1024;
const BODY_BYTES_SMALL = 1024 * 1024;

// Below the range from which systems give ports to outgoing connections.
const PRIVATE_PORT_MIN = 20_000;
const PRIVATE_PORT_COUNT = 10_000;
const ATTEMPTS_MAX = 1_000;

/** Binds all of `ports`, or none and says which are taken; 0 lets the system choose. */
export async function listenAll<P extends ServicePorts>(ports: P): Promise<Listeners<P>> {
  const bound: Partial<Record<ServiceName, Listener>> = {};
  const taken: ServiceName[] = [];
  for (const [name, port] of entriesOf(ports)) {
    const listener = listen(port, name === "rpc" ? BODY_BYTES_MAX : BODY_BYTES_SMALL);
    if (listener === undefined) taken.push(name);
    else bound[name] = listener;
  }
  if (taken.length === 0) return bound as Listeners<P>;
  await stopAll(bound);
  throw portsTaken(taken, ports);
}

/** Closes ports. */
export async function stopAll(listeners: Partial<Record<ServiceName, Listener>>): Promise<void> {
  await Promise.all(Object.values(listeners).map((listener) => listener.stop()));
}

/** Different free ports for validators; `random` gives numbers in [0, 1). */
export function choosePorts(count: number, random: () => number): readonly number[] {
  const chosen = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS_MAX && chosen.size < count; attempt++) {
    const port = PRIVATE_PORT_MIN + Math.floor(random() * PRIVATE_PORT_COUNT);
    if (!chosen.has(port) && isFree(port)) chosen.add(port);
  }
  if (chosen.size === count) return [...chosen];
  throw new SomaError("ports_exhausted", `found no ${count} free ports for validators`, {
    hint: `stop programs that listen on ports from ${PRIVATE_PORT_MIN} on`,
  });
}

/** Whether nobody listens on a port of this machine's loopback address. */
export function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: LOOPBACK, port, socket: { data: () => undefined } }).stop(true);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

function listen(port: number, bodyBytesMax: number): Listener | undefined {
  try {
    const bound = openPort({ hostname: LOOPBACK, port, bodyBytesMax });
    const { port: actual } = bound;
    return { ...bound, url: `http://${LOOPBACK}:${actual}` };
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that a port cannot be had. */
export function isTaken(error: unknown): boolean {
  const code = systemCode(error);
  return code === "EADDRINUSE" || code === "EACCES";
}

function portsTaken(taken: readonly ServiceName[], ports: ServicePorts): SomaError {
  const parts = taken.map((name) => {
    const port = ports[name] ?? 0;
    const holder = portHolder(port) ?? "another program";
    return `port ${port} of ${TITLES[name]} is taken by ${holder}`;
  });
  const flags = taken.map((name) => `\`${FLAGS[name]} N\``).join(" and ");
  return new SomaError("port_in_use", parts.join("; "), {
    hint: `stop it, or choose another port with ${flags}, or all with \`--port-base N\``,
  });
}

function entriesOf(ports: ServicePorts): readonly (readonly [ServiceName, number])[] {
  const names: readonly ServiceName[] = ["rpc", "faucet", "scoring", "admin"];
  return names.flatMap((name) => {
    const port = ports[name];
    return port === undefined ? [] : [[name, port] as const];
  });
}
