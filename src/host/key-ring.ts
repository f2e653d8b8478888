/**
 * The secret keys of a node. A validator holds those of its configuration and, once its operator
 * has put them there, those that are to follow; they are read again whenever an epoch begins, so
 * that a change of keys needs no new start. Whatever it validates with it keeps, whatever becomes
 * of the files.
 *
 * @module
 */
import { toHex } from "../base/bytes.ts";
import type { Logger } from "../base/log.ts";
import { blsPublicKey } from "../crypto/bls.ts";
import { ed25519PublicKey, ed25519Sign } from "../crypto/ed25519.ts";
import { type Certificate, issueCertificate } from "../network/certificate.ts";
import type { PeerId } from "../node/io.ts";
import type { HeldKeys, ValidatorIdentity } from "../node/seat.ts";
import type { NodeSettings } from "./config.ts";
import { KeyShelf } from "./key-shelf.ts";
import { KEY_KINDS, type KeyKind, readNextKeys } from "./next-keys.ts";
import type { BlsKeyPair } from "./verifier.ts";

// RFC 5280 §4.1.2.5: this date says that a certificate does not end. The key is what counts, and a
// clock that is wrong must not cut a node off.
const VALIDITY = { fromMs: 0, toMs: Date.UTC(9999, 11, 31, 23, 59, 59) };

/** All keys of one node. */
export class KeyRing {
  private readonly settings: NodeSettings;
  private readonly log: Logger;
  private readonly network: KeyShelf;
  private readonly protocol: KeyShelf;
  private readonly worker: KeyShelf;

  constructor(settings: NodeSettings, log: Logger) {
    const { networkKey, validator } = settings;
    this.settings = settings;
    this.log = log;
    this.network = new KeyShelf(networkKey, ed25519PublicKey);
    this.protocol = new KeyShelf(validator?.protocol, blsPublicKey);
    this.worker = new KeyShelf(validator?.worker, ed25519PublicKey);
  }

  /** The network key of its configuration. */
  get peer(): PeerId {
    return toHex(ed25519PublicKey(this.settings.networkKey));
  }

  /** What it validates with when it follows the configuration; `undefined` of a fullnode. */
  get identity(): ValidatorIdentity | undefined {
    const [protocol] = this.protocol.pairs;
    const [worker] = this.held().worker;
    return protocol && worker && { ...worker, protocolKey: protocol.publicKey };
  }

  /** Reads the keys that are to follow once more; what cannot be read leaves those known before. */
  read(): HeldKeys {
    const { validator, nextKeys } = this.settings;
    if (validator !== undefined && nextKeys !== undefined) {
      const next = readNextKeys(nextKeys, (problem) => this.log.warn(problem));
      this.network.expect(next.network);
      this.protocol.expect(next.protocol);
      this.worker.expect(next.worker);
    }
    return this.held();
  }

  /** Keeps the keys that a seat is taken with; returns which are others than before. */
  use(peer: PeerId, { protocolKey, workerKey }: ValidatorIdentity): readonly KeyKind[] {
    const isNew: Record<KeyKind, boolean> = {
      protocol: this.protocol.use(toHex(protocolKey)),
      worker: this.worker.use(toHex(workerKey)),
      network: this.network.use(peer),
    };
    return KEY_KINDS.filter((kind) => isNew[kind]);
  }

  /** The keys that are held now. */
  held(): HeldKeys {
    return {
      network: this.network.pairs.map(({ publicKey }) => toHex(publicKey)),
      protocol: this.protocol.pairs.map(({ publicKey }) => publicKey),
      worker: this.worker.pairs.map(({ secretKey, publicKey }) => ({
        workerKey: publicKey,
        sign: (message) => ed25519Sign(secretKey, message),
      })),
    };
  }

  /** The pair of a protocol key that is held. */
  protocolPair(publicKey: Uint8Array): BlsKeyPair {
    return this.protocol.pair(toHex(publicKey));
  }

  /** The certificate of a network key that is held. */
  certificate(peer: PeerId): Certificate {
    return issueCertificate(this.network.pair(peer).secretKey, VALIDITY);
  }
}
