/**
 * Where downloads may lead: redirects, names that resolve to several addresses or to changing ones,
 * and certificates.
 *
 * @module
 */
import { afterAll, afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Prng } from "../../src/base/prng.ts";
import { download, type DownloadOptions } from "../../src/blobs/download.ts";
import { PUBLIC_ONLY, WITH_LOOPBACK } from "../../src/blobs/guard.ts";
import { issueCertificate } from "../../src/network/certificate.ts";
import { drain, failureOf } from "../conformance/blob-store.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { answerWith, type BlobHost, closeHosts, serveHttp } from "./blob-server.ts";

const BLOB = new Prng(4).bytes(5_000);
const TLS_DOWNLOAD = new URL("tls-download.ts", import.meta.url).pathname;
const OPTIONS: DownloadOptions = {
  policy: WITH_LOOPBACK,
  random: () => 0.5,
  limits: { backoff: { firstMs: 1, maxMs: 2 } },
};
const get = (url: string, options: Partial<DownloadOptions> = {}) =>
  drain(download(url, BLOB.length, { ...OPTIONS, ...options }));

afterEach(closeHosts);
afterAll(removeTemporary);

test("redirects are followed, but not for ever", async () => {
  const target = serveHttp((request) => answerWith(BLOB, request));
  const once = serveHttp(() => redirect(target.url));
  expect(await get(once.url)).toHaveLength(BLOB.length);
  const relative = serveHttp((request, index) =>
    index === 0 ? redirect("/elsewhere") : answerWith(BLOB, request),
  );
  expect(await get(relative.url)).toHaveLength(BLOB.length);
  const circle: BlobHost = serveHttp(() => redirect(circle.url));
  expect(await failureOf(get(circle.url))).toBe("blob_redirects");
  expect(circle.requests).toHaveLength(6);
});

test("a redirect to a private address is refused, though the first one was allowed", async () => {
  const targets = [
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
  ];
  for (const target of targets) {
    const host = serveHttp(() => redirect(target));
    expect(await failureOf(get(host.url))).toBe("url_refused");
    expect(host.requests).toHaveLength(1);
  }
});

test("nothing is sent to an address that is not allowed", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  expect(await failureOf(get(host.url, { policy: PUBLIC_ONLY }))).toBe("url_refused");
  expect(host.requests).toHaveLength(0);
});

test("a name is resolved once and the connection goes to what was checked", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const port = new URL(host.url).port;
  let asked = 0;
  // The second answer of a rebinding name server would lead elsewhere; it is never used.
  const resolve = async (): Promise<readonly string[]> =>
    asked++ === 0 ? ["127.0.0.1"] : ["10.0.0.1"];
  const bytes = await get(`http://rebinding.example:${port}/blob`, { resolve });
  expect(bytes).toHaveLength(BLOB.length);
  expect(asked).toBe(1);
  expect(host.requests[0]?.headers.get("host")).toBe(`rebinding.example:${port}`);
});

test("over TLS the certificate must be trusted, and for the name in the URL", async () => {
  const nowMs = Date.now();
  const validity = { fromMs: nowMs - 60_000, toMs: nowMs + 60_000 };
  const { certificatePem, keyPem } = issueCertificate(new Uint8Array(32).fill(9), validity);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: certificatePem, key: keyPem },
    fetch: (request) => answerWith(BLOB, request),
  });
  const trusted = join(temporaryDirectory(), "ca.pem");
  writeFileSync(trusted, certificatePem);
  const run = async (name: string, env: Record<string, string>): Promise<string> => {
    const url = `https://${name}:${server.port}/blob`;
    const child = Bun.spawn([process.execPath, TLS_DOWNLOAD, url, `${BLOB.length}`], {
      env: { ...process.env, ...env },
    });
    return child.stdout.text();
  };
  // The certificate names the host `soma`; the connection itself goes to 127.0.0.1 every time.
  const outcomes = await Promise.all([
    run("soma", { NODE_EXTRA_CA_CERTS: trusted }),
    run("other", { NODE_EXTRA_CA_CERTS: trusted }),
    run("soma", {}),
  ]);
  await server.stop(true);
  expect(outcomes).toEqual([`got ${BLOB.length}`, "blob_unreachable", "blob_unreachable"]);
});

test("an address where nobody listens is unreachable, and other addresses are tried", async () => {
  const host = serveHttp((request) => answerWith(BLOB, request));
  const { port } = new URL(host.url);
  host.close();
  expect(await failureOf(get(host.url))).toBe("blob_unreachable");
  const there = serveHttp((request) => answerWith(BLOB, request));
  const resolve = async (): Promise<readonly string[]> => ["127.0.0.2", "127.0.0.1"];
  const url = there.url.replace("127.0.0.1", "two.example");
  expect(await get(url, { resolve })).toHaveLength(BLOB.length);
  expect(port).not.toBe(new URL(there.url).port);
});

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}
