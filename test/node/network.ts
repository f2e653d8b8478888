/**
 * A network of pure nodes for tests: keys, genesis and accounts from the simulator's setup, one
 * node over a simulated disk, and transfers between accounts.
 *
 * @module
 */
import { Prng } from "../../src/base/prng.ts";
import type { NodeInput, NodeOutput } from "../../src/node/io.ts";
import { createNode, type Node } from "../../src/node/state.ts";
import { start, step } from "../../src/node/step.ts";
import { SIMULATION_LIMITS } from "../../src/protocol/limits.ts";
import { simUserSign } from "../../src/simulator/crypto.ts";
import { isBatch, SimDisk } from "../../src/simulator/disk.ts";
import { type Setup, setUp, type SimAccount } from "../../src/simulator/setup.ts";
import { stateDigest } from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { type SignedTransaction, signingDigest } from "../../src/types/transaction.ts";

/** When simulated networks begin. */
export const START_MS: number = 1_767_225_600_000;

/** A network that has not begun. */
export function network(validators: number = 4): Setup {
  const sizes = { validators, accounts: 3, coinsPerAccount: 3 };
  return setUp(new Prng(1), {
    ...sizes,
    epochDurationMs: 60_000,
    startMs: START_MS,
    limits: SIMULATION_LIMITS,
  });
}

/** One node of a network with its disk. */
export class NodeUnderTest {
  readonly node: Node;
  readonly disk: SimDisk;
  /** What it ordered until it had heard that nobody has a block of its own. */
  readonly started: readonly NodeOutput[];

  constructor(setup: Setup, index: number) {
    this.disk = new SimDisk(setup.genesis);
    const recovered = this.disk.recover();
    this.node = createNode(setup.nodes[index]!, this.disk.reader, recovered);
    this.started = [...start(this.node, recovered, START_MS), ...this.hearOthers()];
  }

  /** The others say that they have nothing of this node, so that it may propose. */
  private hearOthers(): readonly NodeOutput[] {
    const { peers, number: epoch } = this.node.epoch.setting;
    const message = { kind: "Subscribe", epoch, round: 0, signed: 0, asks: false } as const;
    const others = peers.filter((peer) => peer !== this.node.config.peer);
    return others.flatMap((peer) => this.step({ kind: "Message", peer, message }));
  }

  /** One step; what is to be persisted is. */
  step(input: NodeInput, nowMs: number = START_MS): readonly NodeOutput[] {
    const outputs = step(this.node, input, nowMs);
    for (const output of outputs) if (isBatch(output)) this.disk.write(output);
    return outputs;
  }

  /** References of an account's coins, as storage has them. */
  coins(account: SimAccount): readonly ObjectRef[] {
    return [...this.disk.liveObjects()]
      .filter(({ owner }) => owner.kind === "AddressOwner" && owner.address === account.address)
      .map((object) => {
        const { id, version } = object;
        return { object_id: id, version, digest: stateDigest(object) };
      });
  }
}

/** A signed transfer of `amount` from `coin`, which pays as well. */
export function transfer(
  from: SimAccount,
  to: SimAccount,
  coin: ObjectRef,
  amount: bigint = 1_000n,
): SignedTransaction {
  const kind = { kind: "TransferCoin", coin, amount, recipient: to.address } as const;
  const data = { kind, sender: from.address, gas_payment: [coin] };
  return { data, signatures: [simUserSign(from.publicKey, signingDigest(data))] };
}

/** The outputs of one kind. */
export function only<K extends NodeOutput["kind"]>(
  outputs: readonly NodeOutput[],
  kind: K,
): readonly Extract<NodeOutput, { kind: K }>[] {
  return outputs.filter(
    (output): output is Extract<NodeOutput, { kind: K }> => output.kind === kind,
  );
}
