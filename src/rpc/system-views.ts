/**
 * The system state as clients see it, composed once for each checkpoint that somebody asks at. As
 * an object its version tells which checkpoint last wrote anything it shows.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { composeSystemState } from "../ledger/system-view.ts";
import { type Digest, type ObjectId, ZERO_DIGEST } from "../types/address.ts";
import type { StateObject } from "../types/entry.ts";
import { EPOCH_STATE_ID } from "../types/entry.ts";
import {
  buildSystemStateObject,
  type SystemState,
  systemStateDigest,
  type SystemStateObject,
} from "../types/system-state.ts";
import { systemStateMessage } from "../wire/grpc/system-state.ts";
import { fitSystemState } from "./fit-state.ts";
import type { LedgerReader } from "./reader.ts";

type SystemView = {
  readonly sequence: bigint;
  readonly state: SystemState;
  /** The transactions that wrote what the state shows. */
  readonly writers: ReadonlySet<Digest>;
  readonly epochWriter: Digest;
  encoded: Uint8Array | undefined;
  object: SystemStateObject | undefined;
  digest: Digest | undefined;
};

/** The system state of the last certified checkpoint. */
export class SystemViews {
  private readonly reader: LedgerReader;
  private last: SystemView | undefined;

  constructor(reader: LedgerReader) {
    this.reader = reader;
  }

  /** The state as a message in bytes, small enough to be read; nobody may change them. */
  encoded(): Uint8Array {
    const view = this.view();
    return (view.encoded ??= fitSystemState(view.state, systemStateMessage));
  }

  /** The state. */
  state(): SystemState {
    return this.view().state;
  }

  /** The state as an object. */
  object(): SystemStateObject {
    const view = this.view();
    return (view.object ??= this.compose(view));
  }

  /** The digest of the object. */
  digest(): Digest {
    const view = this.view();
    return (view.digest ??= systemStateDigest(this.object()));
  }

  private view(): SystemView {
    const { reader } = this;
    const { sequence_number: sequence } = reader.latest().summary;
    if (this.last?.sequence === sequence) return this.last;
    const writers = new Set<Digest>();
    const find = (id: ObjectId): StateObject | undefined => {
      const object = reader.find(id);
      if (object !== undefined) writers.add(object.previous_transaction);
      return object;
    };
    const state = composeSystemState({ find });
    const { previous_transaction: epochWriter } = present(find(EPOCH_STATE_ID), "the epoch");
    const nothing = { encoded: undefined, object: undefined, digest: undefined };
    this.last = { sequence, state, writers, epochWriter, ...nothing };
    return this.last;
  }

  private compose({ state, writers, epochWriter }: SystemView): SystemStateObject {
    let sequence = 0n;
    for (const writer of writers) {
      // What genesis wrote has no transaction before it.
      const written =
        writer === ZERO_DIGEST ? 0n : (this.reader.transaction(writer)?.sequence ?? 0n);
      if (written > sequence) sequence = written;
    }
    return buildSystemStateObject(state, sequence + 1n, epochWriter);
  }
}
