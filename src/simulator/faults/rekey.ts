/**
 * A validator changes its keys: it says so on the chain, and when the next epoch has begun its
 * operator starts it again with the new ones. In between it has no seat and follows, because what
 * the old keys sign counts no more.
 *
 * @module
 */
import { proveBlsPossession } from "../../crypto/pop.ts";
import type { TransactionKind } from "../../types/transaction-kind.ts";
import { drawKeys, validatorConfig, type ValidatorKeys } from "../setup.ts";
import type { SimNode } from "../sim-node.ts";
import { type Fault, type Stage, traitorsMax } from "../stage.ts";

const LOOK_MS = 500;

/** The key that signs blocks changes, and sometimes the one that signs checkpoints. */
export const REKEY: Fault = {
  unleash: (stage) => {
    const { world, prng, workload } = stage;
    world.clock.after(stage.between(1_000, 30_000), () => {
      // Without a seat it is one of those that may be away.
      if (world.traitors.size >= traitorsMax(world.nodes.length - 1)) return;
      const node = prng.pick(world.honest.slice(0, -1));
      const before = workload.keys[node.index]!;
      const { network } = before;
      const drawn = drawKeys(prng);
      const isWhole = prng.chance(1 / 2);
      const keys = isWhole ? { ...drawn, network } : { ...before, worker: drawn.worker };
      const account = workload.validators[node.index]!;
      const kind = update(
        keys,
        isWhole ? proveBlsPossession(keys.secret, account.address) : undefined,
      );
      workload.insist(
        account,
        () => kind,
        () => startAgain(stage, node, keys),
      );
    });
  },
};

function update(keys: ValidatorKeys, proof: Uint8Array | undefined): TransactionKind {
  return {
    kind: "UpdateValidatorMetadata",
    next_epoch_network_address: undefined,
    next_epoch_p2p_address: undefined,
    next_epoch_primary_address: undefined,
    next_epoch_proxy_address: undefined,
    next_epoch_protocol_pubkey: proof && keys.protocol,
    next_epoch_worker_pubkey: keys.worker,
    next_epoch_network_pubkey: undefined,
    next_epoch_proof_of_possession: proof,
  };
}

/** Starts the node with its new keys once they are in force. */
function startAgain(stage: Stage, node: SimNode, keys: ValidatorKeys): void {
  const { world } = stage;
  const worker = keys.worker.toHex();
  const members = node.node?.epoch.setting.committee.members ?? [];
  if (!members.some(({ worker_key }) => worker_key.toHex() === worker)) {
    world.clock.after(LOOK_MS, () => startAgain(stage, node, keys));
    return;
  }
  world.clock.after(stage.between(0, 5_000), () => {
    world.log(node.index, "new keys");
    node.config = validatorConfig(keys, node.config.limits);
    world.crash(node, "none");
    world.start(node);
  });
}
