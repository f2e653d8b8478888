/**
 * The protocol versions this program can run, each with its parameters. A network moves to the next
 * one at an epoch change, when enough voting power says that it supports exactly these numbers.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import { type ParameterOverrides, type ProtocolParameters } from "../types/protocol-parameters.ts";
import { PARAMETERS_V1 } from "./parameters.ts";

/** Parameters by version: the versions that a program can run. */
export type ProtocolVersions = ReadonlyMap<bigint, ProtocolParameters>;

/** The versions of this program. */
export const PROTOCOL_VERSIONS: ProtocolVersions = new Map([[1n, PARAMETERS_V1]]);

/** The newest version that this program can run. */
export const PROTOCOL_VERSION_MAX: bigint = 1n;

/** The parameters of a version with what a genesis overrides; `undefined` for an unknown one. */
export function parametersOf(
  version: bigint,
  overrides: Partial<ParameterOverrides> = {},
  versions: ProtocolVersions = PROTOCOL_VERSIONS,
): ProtocolParameters | undefined {
  const parameters = versions.get(version);
  if (parameters === undefined) return undefined;
  const set = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...parameters, ...Object.fromEntries(set) };
}

/** The parameters of a version that the network is in: a program that cannot run it must stop. */
export function requireParameters(
  version: bigint,
  overrides: ParameterOverrides,
  versions: ProtocolVersions,
): ProtocolParameters {
  const parameters = parametersOf(version, overrides, versions);
  if (parameters !== undefined) return parameters;
  const known = [...versions.keys()].join(", ");
  throw new SomaError(
    "protocol_unsupported",
    `the network runs protocol version ${version}; this program runs ${known}`,
    { hint: "install the newest release and start it again: the node goes on where it stopped" },
  );
}
