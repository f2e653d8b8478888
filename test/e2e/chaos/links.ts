/**
 * Links between nodes that can be cut: before each validator stands a forwarder on the port that
 * the others know, and the validator itself listens elsewhere. Who calls is looked up in the
 * tables of /proc, as what is said is encrypted. A severed link ends its connections and refuses
 * new ones; a silent one keeps them and carries nothing.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";

/** What may happen to a link. */
export type Cut = "severed" | "silent";

type Link = {
  /** Who called, once that is known. */
  from: number | undefined;
  readonly to: number;
  readonly ends: readonly [caller: Socket, called: Socket];
};

const HOST = "127.0.0.1";
const ESTABLISHED = "01";
const PORT_DIGITS = 4;

/** Forwarders before all validators, by their number. */
export class Links {
  private readonly servers: Server[] = [];
  private readonly live = new Set<Link>();
  private readonly cuts = new Map<string, Cut>();
  /** The processes of the nodes, by their number. */
  private readonly pids: () => readonly number[];

  constructor(pids: () => readonly number[]) {
    this.pids = pids;
  }

  /** Forwards what comes to `port` to where validator `to` listens. */
  async open(to: number, port: number, real: number): Promise<void> {
    const server = createServer((socket) => this.accept(socket, to, real));
    this.servers.push(server);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(port, HOST, resolve);
    await promise;
  }

  /** Cuts the link between two nodes, in both directions. */
  cut(left: number, right: number, how: Cut): void {
    this.cuts.set(between(left, right), how);
    for (const link of this.live) {
      if (this.nameOf(link) !== between(left, right)) continue;
      const [caller, called] = link.ends;
      caller.unpipe(called);
      called.unpipe(caller);
      if (how === "severed") caller.destroy();
    }
  }

  /** Mends the link between two nodes. */
  mend(left: number, right: number): void {
    this.cuts.delete(between(left, right));
    for (const link of this.live) {
      if (this.nameOf(link) === between(left, right)) join(link);
    }
  }

  /** Ends everything. */
  close(): void {
    for (const server of this.servers) server.close();
    for (const { ends } of this.live) ends[0].destroy();
  }

  private accept(caller: Socket, to: number, real: number): void {
    const called = connect(real, HOST);
    const link: Link = { from: undefined, to, ends: [caller, called] };
    const end = (): void => {
      this.live.delete(link);
      caller.destroy();
      called.destroy();
    };
    for (const socket of link.ends) socket.on("error", end).on("close", end);
    if (this.cuts.size > 0 && this.cuts.has(this.nameOf(link))) return end();
    this.live.add(link);
    join(link);
  }

  private nameOf(link: Link): string {
    link.from ??= this.callerOf(link.ends[0]);
    return between(link.from ?? -1, link.to);
  }

  private callerOf({ remotePort = 0 }: Socket): number | undefined {
    const inode = inodeOf(remotePort);
    const place = this.pids().findIndex((pid) => inode !== undefined && holds(pid, inode));
    return place < 0 ? undefined : place;
  }
}

function join({ ends: [caller, called] }: Link): void {
  caller.pipe(called);
  called.pipe(caller);
}

function between(left: number, right: number): string {
  return `${Math.min(left, right)}-${Math.max(left, right)}`;
}

/** The socket whose own port this is: the tenth word of its line; the second is its address. */
function inodeOf(port: number): string | undefined {
  const ending = `:${port.toString(16).toUpperCase().padStart(PORT_DIGITS, "0")}`;
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1)) {
    const [, own = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === ESTABLISHED && own.endsWith(ending)) return inode;
  }
  return undefined;
}

function holds(pid: number, inode: string): boolean {
  const directory = `/proc/${pid}/fd`;
  try {
    return readdirSync(directory).some(
      (fd) => linkOf(`${directory}/${fd}`) === `socket:[${inode}]`,
    );
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

// A process may end, and a file may be closed, while it is looked at.
function isGone(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")
  );
}
