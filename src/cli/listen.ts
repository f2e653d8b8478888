/**
 * A port of its own for a command that runs one service.
 *
 * @module
 */
import { SomaError, systemCode } from "../base/errors.ts";
import { openPort, type Port } from "../rpc/port/port.ts";

/** Where to listen. */
export type ListenAddress = {
  readonly host: string;
  readonly port: number;
  /** How long a connection may stay silent, if not as long as usual. */
  readonly idleSeconds?: number;
};

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "it may not be used without more rights",
  EADDRINUSE: "another program has it",
  EADDRNOTAVAIL: "this machine does not have that address",
};
const BODY_BYTES_MAX = 1024 * 1024;

/** Binds an address. */
export function listenOn({ host, port, ...silence }: ListenAddress): Port {
  try {
    return openPort({ hostname: host, port, bodyBytesMax: BODY_BYTES_MAX, ...silence });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const reason = REASONS[code] ?? code;
    throw new SomaError("port_in_use", `cannot listen on ${host}:${port}: ${reason}`, {
      hint: "choose another with --port, or --host",
      cause: error,
    });
  }
}
