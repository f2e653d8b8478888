/**
 * Protocol upgrades. A version comes into force at an epoch change when validators with more than a
 * quorum of the voting power say that they mean the same by it; what the genesis set otherwise
 * stays set.
 *
 * @module
 */
import {
  PROTOCOL_VERSIONS,
  type ProtocolVersions,
  requireParameters,
} from "../../protocol/versions.ts";
import type { Digest } from "../../types/address.ts";
import { QUORUM_POWER, TOTAL_VOTING_POWER } from "../../types/committee.ts";
import { PARAMETERS_ID } from "../../types/entry.ts";
import { parametersDigest } from "../../types/protocol-parameters.ts";
import type { VersionVote } from "../../types/version-vote.ts";
import type { View } from "../view.ts";
import type { Edge } from "./edge.ts";

/** What one validator supports. */
export type Ballot = { readonly power: number; readonly votes: readonly VersionVote[] };

const BPS = 10_000;

/** The version that the ballots lead to: one step at a time, as far as each has the votes. */
export function chooseVersion(
  current: bigint,
  ballots: readonly Ballot[],
  bufferBps: bigint,
): bigint {
  const needed = QUORUM_POWER + bufferPower(Number(bufferBps));
  let version = current;
  while (largestSupport(ballots, version + 1n) >= needed) version++;
  return version;
}

/** What a program that runs `versions` says while the network is at `current`. */
export function votesOf(versions: ProtocolVersions, current: bigint): readonly VersionVote[] {
  return [...versions]
    .filter(([version]) => version > current)
    .map(([version, parameters]) => ({ version, parameters: parametersDigest(parameters) }));
}

/** Puts the version of the change in force; what follows in the edge goes by its parameters. */
export function upgradeProtocol(
  view: View,
  edge: Edge,
  versions: ProtocolVersions = PROTOCOL_VERSIONS,
): Edge {
  const { protocol_version, overrides } = view.get("Parameters", PARAMETERS_ID);
  if (edge.version === protocol_version) return edge;
  const protocol = requireParameters(edge.version, overrides, versions);
  view.update("Parameters", PARAMETERS_ID, { protocol_version: edge.version, protocol });
  return { ...edge, protocol };
}

// The part of f beyond a quorum, rounded up.
function bufferPower(bufferBps: number): number {
  const extra = (TOTAL_VOTING_POWER - QUORUM_POWER) * Math.min(bufferBps, BPS) + BPS - 1;
  return (extra - (extra % BPS)) / BPS;
}

function largestSupport(ballots: readonly Ballot[], version: bigint): number {
  const powers = new Map<Digest, number>();
  for (const { power, votes } of ballots) {
    const vote = votes.find((one) => one.version === version);
    if (vote === undefined) continue;
    powers.set(vote.parameters, (powers.get(vote.parameters) ?? 0) + power);
  }
  return Math.max(0, ...powers.values());
}
