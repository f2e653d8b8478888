/**
 * What stands between a person and the releases in a company: a proxy, and a certificate authority
 * that nobody else knows.
 *
 * @module
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Transform } from "node:stream";

import { sh } from "./releases.ts";

/** A proxy that leads to one port of this machine, whatever it is asked for. */
export type Proxy = {
  readonly url: string;
  /** The first line of each connection. */
  readonly seen: readonly string[];
  readonly close: () => void;
};

/** Starts a proxy for HTTP and, by CONNECT, for HTTPS; it breaks connections off after `bytes`. */
export async function startProxy(port: number, bytes: number = Infinity): Promise<Proxy> {
  const seen: string[] = [];
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    client.once("data", (head) => {
      const line = head.toString("latin1").split("\r\n", 1)[0]!;
      seen.push(line);
      const upstream = connect(port, "127.0.0.1");
      upstream.on("error", () => client.destroy());
      if (line.startsWith("CONNECT ")) client.write("HTTP/1.1 200 Connected\r\n\r\n");
      else upstream.write(head);
      client.pipe(upstream).pipe(breakAfter(bytes, client)).pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const own = (server.address() as AddressInfo).port;
  return { url: `http://127.0.0.1:${own}`, seen, close: () => server.close() };
}

/** Lets `bytes` through, then ends a connection without a word. */
function breakAfter(bytes: number, client: Socket): Transform {
  let left = bytes;
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      left -= chunk.length;
      if (left < 0) client.destroy();
      done(undefined, chunk);
    },
  });
}

/** Files of a certificate authority and of a server that it vouches for. */
export type Certificates = { readonly ca: string; readonly cert: string; readonly key: string };

/** Makes both in `folder`, for a server of this name. */
export async function makeCertificates(folder: string, name: string): Promise<Certificates> {
  const make = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
  const steps = [
    `cd ${folder}`,
    `openssl req -x509 ${make} -keyout ca.key -out ca.pem -subj /CN=authority`,
    `echo subjectAltName=DNS:${name},IP:127.0.0.1 >names`,
    `openssl req ${make} -keyout key.pem -out request.pem -subj /CN=${name}`,
    "openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -extfile names -out cert.pem",
  ];
  const run = await sh(steps.join(" && "), {});
  if (run.code !== 0) throw new Error(run.err);
  const file = (path: string): string => join(folder, path);
  return { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}
