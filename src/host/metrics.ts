/**
 * What a node does, as metrics.
 *
 * @module
 */
import type { Metric } from "../base/metrics.ts";
import type { Counters } from "./counters.ts";
import type { NodeStats } from "./run-node.ts";

/** The name and help of each counter. */
const COUNTERS: Readonly<Record<keyof Counters, readonly [name: string, help: string]>> = {
  messages: ["peer_messages", "Messages of peers"],
  messagesIgnored: ["peer_messages_ignored", "Messages of peers that nothing was done with"],
  messagesLost: ["peer_messages_lost", "Messages that found no room in the queue of their peer"],
  offences: ["peer_offences", "What peers did that no honest one does"],
  evidence: ["equivocations", "Pairs of blocks that one authority signed for one round"],
  steps: ["node_steps", "Facts that the node was told"],
  blocks: ["consensus_blocks", "Blocks persisted"],
  commits: ["consensus_commits", "Commits persisted"],
  checkpoints: ["total_ingested_checkpoints", "Certified checkpoints"],
  transactions: ["total_ingested_transactions", "Transactions in certified checkpoints"],
};

/** The metrics of one node; `node` tells it from others of its process. */
export function nodeMetrics(node: string, stats: NodeStats): readonly Metric[] {
  const { consensus } = stats;
  const labels = { node };
  const gauge = (name: string, help: string, value: number | bigint): Metric => {
    return { name: `soma_${name}`, help, kind: "gauge", value, labels };
  };
  const counters = Object.entries(COUNTERS).map(([key, [name, help]]): Metric => {
    const value = stats.counters[key as keyof Counters];
    return { name: counterName(name), help, kind: "counter", value, labels };
  });
  return [
    gauge("node_epoch", "Epoch of the node's certified state", stats.epoch),
    gauge("node_checkpoint", "Last checkpoint that the node has certified", stats.checkpoint),
    gauge(
      "checkpoints_uncertified",
      "Checkpoints that wait for their certificate",
      stats.uncertified,
    ),
    gauge("mempool_transactions", "Transactions that wait for a block", stats.mempool),
    gauge("waiting_calls", "Clients that wait for a transaction", stats.calls),
    gauge("peers_connected", "Peers that the node is connected to", connectedPeers(stats)),
    ...(consensus === undefined
      ? []
      : [
          gauge("consensus_round", "Round in which the validator may propose", consensus.round),
          gauge("consensus_commit", "Last commit of the epoch", consensus.commit),
        ]),
    ...counters,
  ];
}

function counterName(name: string): string {
  return name.startsWith("total_") ? `soma_${name}` : `soma_${name}_total`;
}

function connectedPeers({ transport }: NodeStats): number {
  return transport.peers.filter(({ connected }) => connected).length;
}
