/**
 * A node's surface on a port of its own, for clients under test.
 *
 * @module
 */
import { SomaClient } from "../../src/client/client.ts";
import { Surface } from "../rpc/surface.ts";

/** A surface that listens. */
export class Serving {
  readonly surface: Surface = new Surface();
  readonly client: SomaClient;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  private readonly server: Bun.Server<undefined>;

  constructor() {
    this.server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => {
        this.asked.push(`${request.method} ${new URL(request.url).pathname}`);
        return this.surface.app.fetch(request);
      },
    });
    this.client = new SomaClient(`http://127.0.0.1:${this.server.port}/`);
  }

  async close(): Promise<void> {
    await this.server.stop(true);
    this.surface.close();
  }
}
