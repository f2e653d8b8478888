/**
 * A member of the committee that turned bad, and clocks that are wrong: a real network goes on.
 *
 * @module
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";

import { present } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { encode } from "../../src/bcs/schema.ts";
import { ed25519PublicKey } from "../../src/crypto/ed25519.ts";
import { type NodeSettings, readConfig } from "../../src/host/config.ts";
import { type RunningNode, startNode } from "../../src/host/run-node.ts";
import { Verifier } from "../../src/host/verifier.ts";
import { issueCertificate } from "../../src/network/certificate.ts";
import { TlsTransport } from "../../src/network/tls-transport.ts";
import { OFFENCES_MAX } from "../../src/node/conduct.ts";
import { type PeerMessage, peerMessage } from "../../src/types/message.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import {
  ALICE,
  BOB,
  coinsOf,
  execute,
  heightOf,
  startNetwork,
  transfer,
  until,
  VALIDATORS,
  writeNetwork,
} from "./network.ts";

// A network takes a second; a busy machine many.
setDefaultTimeout(60_000);

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  removeTemporary();
});

async function send(node: RunningNode): Promise<void> {
  const coin = present(coinsOf(node, ALICE)[0], "a coin");
  await execute(node, transfer(ALICE, coin, BOB, 1n));
}

/** Connects to a validator with the key of another one, to misuse it. */
async function pretend(
  settings: NodeSettings,
  victim: RunningNode,
  host: string,
): Promise<{ readonly liar: TlsTransport; readonly goodbyes: readonly string[] }> {
  const { networkKey, listen } = settings;
  const goodbyes: string[] = [];
  const liar = new TlsTransport({
    listen,
    key: toHex(ed25519PublicKey(networkKey)),
    certificate: issueCertificate(networkKey, { fromMs: 0, toMs: Date.now() + 86_400_000 }),
    chainId: victim.reader.chainId,
    epoch: () => 0n,
    random: Math.random,
    events: {
      onMessage: () => undefined,
      onConnected: () => undefined,
      onDisconnected: (_, reason) => goodbyes.push(reason),
      onRefused: () => undefined,
    },
  });
  closers.push(() => liar.stop());
  await liar.start();
  const address = { host, port: victim.port };
  liar.setPeers("validator", [{ key: victim.peerKey, class: "validator", address }]);
  await until(() => liar.stats().peers[0]?.connected === true);
  return { liar, goodbyes };
}

/** A network whose last validator is only a connection to the first one. */
async function openWithLiar(): Promise<{
  readonly honest: readonly RunningNode[];
  readonly victim: RunningNode;
  readonly liar: TlsTransport;
  readonly goodbyes: readonly string[];
}> {
  const directory = temporaryDirectory();
  writeNetwork(directory);
  const read = (index: number): NodeSettings => readConfig(join(directory, `node-${index}.yaml`));
  const verifier = new Verifier();
  closers.push(() => verifier.stop());
  const honest: RunningNode[] = [];
  for (const index of [0, 1, 2, VALIDATORS]) {
    const node = await startNode(read(index), { verifier });
    closers.push(() => node.stop());
    honest.push(node);
  }
  const victim = present(honest[0], "the first validator");
  const { host } = read(0).listen;
  return { honest, victim, ...(await pretend(read(VALIDATORS - 1), victim, host)) };
}

describe("a validator that sends what no honest one does", () => {
  test("is slowed down, let go and refused, and the others go on without it", async () => {
    const { honest, liar, victim, goodbyes } = await openWithLiar();
    const say = (message: PeerMessage): boolean =>
      liar.send(victim.peerKey, encode(peerMessage, message));
    const epoch = 0n;
    const digest = victim.reader.chainId;
    // What an honest validator might send as well is no offence.
    say({ kind: "Follow", sequence: 0n });
    say({ kind: "Subscribe", epoch, round: 0, signed: 0, asks: true });
    say({ kind: "Block", block: new Uint8Array(100) });
    say({
      kind: "CheckpointSignature",
      epoch,
      sequence: 1n,
      digest,
      signature: new Uint8Array(48),
    });
    liar.send(victim.peerKey, Uint8Array.of(250, 1, 2));
    await send(honest.at(-1)!);
    for (let count = 0; count < OFFENCES_MAX; count++) liar.send(victim.peerKey, new Uint8Array(3));
    await until(() => goodbyes.length > 0);
    expect(goodbyes[0]).toContain("misbehaved");
    expect(victim.stats().counters.offences).toBe(OFFENCES_MAX);
    await send(honest.at(-1)!);
    const { transport, checkpoint } = victim.stats();
    expect(transport.peers.filter(({ connected }) => connected)).toHaveLength(3);
    await until(() => honest.every((node) => heightOf(node) >= checkpoint));
  });

  test("cannot make a node hold much by sending much", async () => {
    const { honest, liar, victim } = await openWithLiar();
    const flood = encode(peerMessage, { kind: "Follow", sequence: 1n });
    let sent = 0;
    while (liar.send(victim.peerKey, flood) && sent < 20_000) sent++;
    await send(honest.at(-1)!);
    await until(() => victim.stats().counters.messages >= sent);
    expect(victim.stats().counters.offences).toBe(0);
  });
});

describe("a clock", () => {
  test("that is set back between two starts, and while a network runs, stops nothing", async () => {
    const directory = temporaryDirectory();
    let aheadMs = 7_200_000;
    writeNetwork(directory, { startMs: Date.now() });
    const clock = { ...SYSTEM_CLOCK, nowMs: () => Date.now() + aheadMs };
    const early = await startNetwork(directory, { clock });
    closers.push(early.stop);
    await send(early.fullnode);
    const { timestamp_ms: before } = early.fullnode.reader.latest().summary;
    expect(Number(before)).toBeGreaterThan(Date.now() + aheadMs - 60_000);
    aheadMs -= 3_600_000;
    await send(early.fullnode);
    await early.stop();
    const late = await startNetwork(directory);
    closers.push(late.stop);
    await send(late.fullnode);
    await send(late.fullnode);
    const { timestamp_ms: after } = late.fullnode.reader.latest().summary;
    expect(after).toBeGreaterThan(before);
    expect(Number(after - before)).toBeLessThan(60_000);
  });
});
