/**
 * A validator changes its keys: it says so on the chain, and they count from the next epoch on. A
 * careful operator has given them to the node before, which takes them when the epoch begins. After
 * a careless one it has no seat and follows, because what the old keys sign counts no more, until
 * it is started again with the new ones.
 *
 * @module
 */
import { toHex } from "../../base/bytes.ts";
import type { Prng } from "../../base/prng.ts";
import { proveBlsPossession } from "../../crypto/pop.ts";
import type { HeldKeys } from "../../node/seat.ts";
import type { TransactionKind } from "../../types/transaction-kind.ts";
import { drawKeys, heldKeys, validatorConfig, type ValidatorKeys } from "../setup.ts";
import type { SimNode } from "../sim-node.ts";
import type { Fault, Stage } from "../stage.ts";

const LOOK_MS = 500;

/** The key that signs blocks changes, and sometimes the others, of one validator after another. */
export const REKEY: Fault = {
  unleash: (stage) => {
    const { world, prng, burden } = stage;
    const validators = world.honest.slice(0, -1);
    const pauseMs = prng.pick([2_000, 20_000, 60_000]);
    stage.often(500, pauseMs, () => {
      if (validators.length === 0) return;
      const [node] = validators.splice(prng.below(validators.length), 1) as [SimNode];
      const keys = change(stage.workload.keys[node.index]!, prng);
      world.name(toHex(keys.network), node);
      // Without a seat it is one of those that may be away.
      if (burden.weak.includes(node) && prng.chance(1 / 2)) startAgain(stage, node, keys);
      else give(stage, node, heldKeys(keys));
      announce(stage, node, keys);
    });
  },
};

function announce({ workload }: Stage, { index }: SimNode, keys: ValidatorKeys): void {
  const account = workload.validators[index]!;
  const isProven = keys.secret !== workload.keys[index]!.secret;
  const proof = isProven ? proveBlsPossession(keys.secret, account.address) : undefined;
  workload.insist(account, () => update(keys, proof));
}

function change(before: ValidatorKeys, prng: Prng): ValidatorKeys {
  const drawn = drawKeys(prng);
  const { secret, protocol } = prng.chance(1 / 2) ? drawn : before;
  const { network } = prng.chance(1 / 2) ? drawn : before;
  return { secret, protocol, network, worker: drawn.worker };
}

function give({ world }: Stage, node: SimNode, keys: HeldKeys): void {
  world.log(node.index, "new keys to come");
  node.next = keys;
}

function update(keys: ValidatorKeys, proof: Uint8Array | undefined): TransactionKind {
  return {
    kind: "UpdateValidatorMetadata",
    next_epoch_network_address: undefined,
    next_epoch_p2p_address: undefined,
    next_epoch_primary_address: undefined,
    next_epoch_proxy_address: undefined,
    next_epoch_protocol_pubkey: proof && keys.protocol,
    next_epoch_worker_pubkey: keys.worker,
    next_epoch_network_pubkey: keys.network,
    next_epoch_proof_of_possession: proof,
  };
}

/** Starts the node with its new keys once the network says that they are in force. */
function startAgain(stage: Stage, node: SimNode, keys: ValidatorKeys): void {
  const { world } = stage;
  const worker = keys.worker.toHex();
  const isInForce = world.honest.some((one) =>
    one.node?.epoch.setting.committee.members.some((it) => it.worker_key.toHex() === worker),
  );
  if (!isInForce) {
    world.clock.after(LOOK_MS, () => startAgain(stage, node, keys));
    return;
  }
  world.clock.after(stage.between(0, 5_000), () => {
    world.log(node.index, "new keys");
    node.config = { ...node.config, ...validatorConfig(keys, node.config.limits) };
    world.crash(node, "none");
    world.start(node);
  });
}
