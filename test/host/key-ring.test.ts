/**
 * The keys a node holds: those of its configuration, the ones in use and the ones to come, never
 * more, and read again when asked.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { AssertionError, present } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { createLogger } from "../../src/base/log.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { ed25519PublicKey, ed25519Verify } from "../../src/crypto/ed25519.ts";
import { BLS_KEY, ED25519_KEY } from "../../src/host/key-pairs.ts";
import { KeyRing } from "../../src/host/key-ring.ts";
import { issueCertificate } from "../../src/network/certificate.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { validatorSettings } from "./network.ts";

afterAll(removeTemporary);

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const peerOf = (byte: number): string => toHex(ed25519PublicKey(seed(byte)));

function open(): { ring: KeyRing; files: Record<string, string>; warnings: string[] } {
  const directory = temporaryDirectory();
  const [founder] = validatorSettings(directory, [8_080]);
  const at = (kind: string): string => join(directory, `next-${kind}.key`);
  const files = { protocol: at("protocol"), worker: at("worker"), network: at("network") };
  const warnings: string[] = [];
  const log = createLogger({ level: "warn", write: (line) => warnings.push(line) });
  const settings = {
    ...present(founder, "its settings"),
    networkKey: seed(1),
    validator: { protocol: blsKeygen(seed(2)), worker: seed(3) },
    nextKeys: files,
  };
  return { ring: new KeyRing(settings, log), files, warnings };
}

test("keys to come are found once their files are there", () => {
  const { ring, files, warnings } = open();
  expect(ring.read().network).toEqual([peerOf(1)]);
  writeFileSync(files["network"]!, ED25519_KEY.format(seed(11)));
  writeFileSync(files["protocol"]!, BLS_KEY.format(blsKeygen(seed(12))));
  writeFileSync(files["worker"]!, `${ED25519_KEY.format(seed(13))}\n`);
  expect(ring.held().network).toEqual([peerOf(1)]);
  const held = ring.read();
  expect(held.network).toEqual([peerOf(1), peerOf(11)]);
  expect(held.protocol).toEqual([2, 12].map((byte) => blsPublicKey(blsKeygen(seed(byte)))));
  expect(held.worker.map(({ workerKey }) => workerKey)).toEqual(
    [3, 13].map((byte) => ed25519PublicKey(seed(byte))),
  );
  const message = Uint8Array.of(1);
  for (const { workerKey, sign } of held.worker) {
    expect(ed25519Verify(workerKey, message, sign(message))).toBe(true);
  }
  expect(ring.protocolPair(held.protocol[1]!).secretKey).toEqual(blsKeygen(seed(12)));
  const forever = { fromMs: 0, toMs: Date.UTC(9999, 11, 31, 23, 59, 59) };
  expect(ring.certificate(peerOf(11))).toEqual(issueCertificate(seed(11), forever));
  expect(warnings).toEqual([]);
});

test("a key in use stays, whatever becomes of its file, and no more than three are held", () => {
  const { ring, files } = open();
  const identity = present(ring.identity, "a validator's");
  const next = (byte: number): readonly string[] => {
    writeFileSync(files["network"]!, ED25519_KEY.format(seed(byte)));
    return ring.read().network;
  };
  expect(ring.use(peerOf(1), identity)).toEqual([]);
  next(11);
  expect(ring.use(peerOf(11), identity)).toEqual(["network"]);
  expect(ring.use(peerOf(11), identity)).toEqual([]);
  expect(next(12)).toEqual([1, 11, 12].map(peerOf));
  expect(next(13)).toEqual([1, 11, 13].map(peerOf));
  rmSync(files["network"]!);
  expect(ring.read().network).toEqual([1, 11, 13].map(peerOf));
  expect(() => ring.certificate(peerOf(12))).toThrow(AssertionError);
});

test("a file that holds no key is told, and changes nothing", () => {
  const { ring, files, warnings } = open();
  writeFileSync(files["worker"]!, "no key");
  expect(ring.read().worker).toHaveLength(1);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`next worker key ${files["worker"]}: `);
  expect(warnings[0]).not.toContain("no key\n");
});

test("a fullnode has a network key only", () => {
  const directory = temporaryDirectory();
  const [founder] = validatorSettings(directory, [8_080]);
  const settings = { ...present(founder, "its settings"), networkKey: seed(1) };
  const log = createLogger({ level: "silent" });
  const ring = new KeyRing({ ...settings, validator: undefined }, log);
  expect(ring.identity).toBeUndefined();
  expect(ring.read()).toEqual({ network: [peerOf(1)], protocol: [], worker: [] });
});
