/**
 * Consensus: how fast it orders bytes, how fast a whole network makes transfers final, and how long
 * one takes, at a fifth of that load and after a pause. Every validator is a process of its own and
 * verifies every signature.
 *
 * @module
 */
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import type { Bench, Measure } from "./frame.ts";
import { openOpaqueNetwork } from "./opaque-network.ts";
import { now, type Timing, TransferBench } from "./transfers.ts";

const VALIDATORS = 4;
const OPAQUE_PER_SECOND = 80_000;
const OPAQUE_MS = 3_000;
const IN_FLIGHT = 1_000;
/** Until the runtime has compiled what is measured: it runs for months, not for seconds. */
const WARM_UP_MS = 45_000;
const SATURATED_MS = 10_000;
const LATENCY_SAMPLES = 400;
const LOAD_SHARE = 0.2;
const IDLE_MS = 60_000;
const IDLE_WINDOW_MS = 10_000;
const IDLE_PERIODS = 2;
const SAMPLES = 3;

/** What one network tells, measured in this order. */
class Session {
  private readonly network: TransferBench;
  private sustained = 0;
  private timings: Timing[] = [];
  private cpuMsPerTransfer = 0;
  /** Of each idle minute: the share of one processor, in percent, that all nodes used. */
  readonly idleShares: number[] = [];
  /** Of each idle minute: how long the first transfer after it took. */
  readonly firstMs: number[] = [];

  private constructor(network: TransferBench) {
    this.network = network;
  }

  static async open(): Promise<Session> {
    const session = new Session(await TransferBench.open());
    await session.network.saturate(IN_FLIGHT, WARM_UP_MS);
    return session;
  }

  async saturate(): Promise<number> {
    const before = this.network.usage();
    const perSecond = await this.network.saturate(IN_FLIGHT, SATURATED_MS);
    const cpuMs = this.network.usage().cpuMs - before.cpuMs;
    this.cpuMsPerTransfer = (cpuMs * 1_000) / (perSecond * SATURATED_MS);
    this.sustained = Math.max(this.sustained, perSecond);
    return perSecond;
  }

  cost(): number {
    return this.cpuMsPerTransfer;
  }

  /** The next of the timings at a part of the sustained load. */
  async timing(): Promise<Timing> {
    if (this.timings.length === 0) {
      const perSecond = Math.max(1, this.sustained * LOAD_SHARE);
      const durationMs = (LATENCY_SAMPLES * 1_000) / perSecond;
      this.timings = await this.network.atRate(perSecond, durationMs);
    }
    const [timing] = this.timings.splice(0, 1);
    return timing ?? this.timing();
  }

  /** Leaves the network alone for a minute, and then sends one transfer. */
  async beIdle(): Promise<void> {
    await Bun.sleep(IDLE_MS - IDLE_WINDOW_MS);
    const before = this.network.usage();
    await Bun.sleep(IDLE_WINDOW_MS);
    const { cpuMs } = this.network.usage();
    this.idleShares.push(((cpuMs - before.cpuMs) / IDLE_WINDOW_MS) * 100);
    this.firstMs.push((await this.network.send(now())).finalMs);
  }

  validatorMemory(): number {
    return this.network.validatorBytesMost / 2 ** 20;
  }

  memory(): number {
    return this.network.usage().rssBytes / 2 ** 20;
  }

  close(): Promise<void> {
    return this.network.close();
  }
}

let opened: Promise<Session> | undefined;

/** A bench of the one network that all of them share; the last of them closes it. */
function shared(
  { name, unit, samples }: Pick<Bench, "name" | "unit"> & { readonly samples: number },
  sample: (session: Session) => number | Promise<number>,
  isLast = false,
): Bench {
  const setup = async (): Promise<Measure> => {
    const session = await (opened ??= Session.open());
    const close = (): Promise<void> => (isLast ? session.close() : Promise.resolve());
    return { sample: () => sample(session), close };
  };
  return { name, unit, samples, setup };
}

/** A bench of what minutes without work told, which are waited for once. */
function idle(
  { name, unit }: Pick<Bench, "name" | "unit">,
  told: (session: Session) => readonly number[],
): Bench {
  const setup = async (): Promise<Measure> => {
    const session = await (opened ??= Session.open());
    while (told(session).length < IDLE_PERIODS) await session.beIdle();
    let at = 0;
    return { sample: () => told(session)[at++ % IDLE_PERIODS]! };
  };
  return { name, unit, samples: IDLE_PERIODS, setup };
}

async function orderBytes(): Promise<Measure> {
  const network = await openOpaqueNetwork(VALIDATORS, OPAQUE_PER_SECOND, temporaryDirectory());
  return {
    sample: () => network.measure(OPAQUE_MS),
    close: async () => {
      await network.stop();
      removeTemporary();
    },
  };
}

/** Consensus benches. */
export const benches: readonly Bench[] = [
  {
    name: "512-byte transactions ordered, 80,000/s offered",
    unit: "tx/s",
    samples: SAMPLES,
    setup: orderBytes,
  },
  shared({ name: "transfers, sustained", unit: "tx/s", samples: SAMPLES }, (session) =>
    session.saturate(),
  ),
  shared({ name: "processor time a transfer, all nodes", unit: "ms", samples: 1 }, (session) =>
    session.cost(),
  ),
  shared({ name: "memory of a validator, at most", unit: "MiB", samples: 1 }, (session) =>
    session.validatorMemory(),
  ),
  shared(
    { name: "submit to commit, 20 % load", unit: "ms", samples: LATENCY_SAMPLES },
    async (session) => {
      return (await session.timing()).orderedMs;
    },
  ),
  shared(
    { name: "submit to final, 20 % load", unit: "ms", samples: LATENCY_SAMPLES },
    async (session) => {
      return (await session.timing()).finalMs;
    },
  ),
  idle({ name: "submit to final after 60 s idle", unit: "ms" }, (session) => session.firstMs),
  idle({ name: "idle, of one processor", unit: "%" }, (session) => session.idleShares),
  shared(
    { name: "memory of all nodes", unit: "MiB", samples: 1 },
    (session) => session.memory(),
    true,
  ),
];
