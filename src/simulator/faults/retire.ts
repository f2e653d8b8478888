/**
 * A validator asks to leave: from the next epoch on it only follows, as a fullnode does, and the
 * others are a smaller committee. Some come back: they become candidates and stake, and from a
 * later epoch on they validate again.
 *
 * @module
 */
import { boundedText, encode } from "../../bcs/schema.ts";
import { proveBlsPossession } from "../../crypto/pop.ts";
import { NAME_BYTES_MAX } from "../../types/bounds.ts";
import type { TransactionKind } from "../../types/transaction-kind.ts";
import type { SimNode } from "../sim-node.ts";
import type { Fault, Stage } from "../stage.ts";

const LOOK_MS = 1_000;

const address = boundedText(NAME_BYTES_MAX);

/** Committees become smaller, and larger again. */
export const RETIRE: Fault = {
  unleash: (stage) => {
    const leavers = [...stage.burden.leavers];
    stage.often(2_000, 20_000, () => {
      const leaver = leavers.shift();
      if (leaver !== undefined) leave(stage, leaver, stage.prng.chance(2 / 3));
    });
  },
};

function leave(stage: Stage, leaver: SimNode, returns: boolean): void {
  const { workload } = stage;
  const account = workload.validators[leaver.index]!;
  const kind = { kind: "RemoveValidator", pubkey_bytes: new Uint8Array(0) } as const;
  workload.insist(
    account,
    () => kind,
    () => {
      if (returns) comeBack(stage, leaver);
    },
  );
}

/** As soon as the validator has left, it applies again. */
function comeBack(stage: Stage, leaver: SimNode): void {
  const { world, workload } = stage;
  const account = workload.validators[leaver.index]!;
  const isIn = world.honest.some(({ node }) =>
    node?.epoch.setting.committee.members.some((member) => member.address === account.address),
  );
  if (isIn) {
    world.clock.after(LOOK_MS, () => comeBack(stage, leaver));
    return;
  }
  workload.insist(
    account,
    () => application(stage, leaver),
    () => {
      workload.insist(account, ([coin]) =>
        coin === undefined
          ? undefined
          : {
              kind: "AddStake",
              address: account.address,
              coin_ref: coin.ref,
              amount: undefined,
            },
      );
    },
  );
}

function application({ workload }: Stage, { index }: SimNode): TransactionKind {
  const keys = workload.keys[index]!;
  const at = encode(address, `/ip4/10.10.0.${index + 1}/tcp/8081`);
  return {
    kind: "AddValidator",
    pubkey_bytes: keys.protocol,
    network_pubkey_bytes: keys.network,
    worker_pubkey_bytes: keys.worker,
    proof_of_possession: proveBlsPossession(keys.secret, workload.validators[index]!.address),
    net_address: at,
    p2p_address: at,
    primary_address: at,
    proxy_address: at,
  };
}
