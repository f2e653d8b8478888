/**
 * Where releases come from: a web server or a folder on this machine. Neither is trusted; what it
 * gives is checked by whoever asked.
 *
 * @module
 */
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { rootCertificates } from "node:tls";

import { onDisk, supError } from "./failures.ts";

/** The rest of a file. */
export type Opened = {
  /** Where the bytes start: what was asked for, or 0 from a server that cannot resume. */
  readonly from: number;
  readonly bytes: ReadableStream<Uint8Array>;
};

/** A place with files of releases. */
export type Source = {
  /** For people. */
  readonly name: string;
  /** Opens `path`, which is relative to the place, at byte `from`. */
  readonly open: (path: string, from: number, signal?: AbortSignal) => Promise<Opened>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The place that `location` names: an http or https URL, or a folder. */
export function openSource(location: string, env: Environment): Source {
  if (/^https?:\/\//.test(location)) return webSource(location.replace(/\/*$/, "/"), env);
  const folder = location.replace(/^file:\/\//, "");
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw supError(
      "noSuchVersion",
      `${folder} is not a folder of releases`,
      "name an http or https URL, a folder with an index.json, or one archive",
    );
  }
  return folderSource(folder);
}

/** The whole of a small file. */
export async function readSmall(
  source: Source,
  path: string,
  bytesMax: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { bytes } = await source.open(path, 0, signal);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > bytesMax) throw supError("untrusted", `${path} is larger than ${bytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function folderSource(folder: string): Source {
  return {
    name: folder,
    open: async (path, from) => {
      const file = join(folder, path);
      if (!existsSync(file)) throw supError("noSuchVersion", `${folder} has no ${path}`);
      const stream = onDisk(`read ${file}`, () => createReadStream(file, { start: from }));
      return { from, bytes: Readable.toWeb(stream) as ReadableStream<Uint8Array> };
    },
  };
}

function webSource(base: string, env: Environment): Source {
  const ca = certificates(env);
  const open = async (path: string, from: number, signal?: AbortSignal): Promise<Opened> => {
    const url = new URL(path, base);
    const response = await request(url, {
      ...(from > 0 && { headers: { range: `bytes=${from}-` } }),
      ...(signal && { signal }),
      ...(ca && { tls: { ca } }),
    });
    // A file that is complete already has no rest.
    if (response.status === 416) return { from, bytes: new Blob([]).stream() };
    if (response.status === 404) throw supError("noSuchVersion", `there is no ${url.href}`);
    if (!response.ok || response.body === null) {
      throw supError("network", `${url.href} answered ${response.status}`, "try again later");
    }
    return { from: response.status === 206 ? from : 0, bytes: response.body };
  };
  return { name: base, open };
}

async function request(url: URL, init: BunFetchRequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true || !(error instanceof Error)) throw error;
    throw supError("network", `cannot reach ${url.origin}: ${error.message}`, undefined, error);
  }
}

/** The usual certificate authorities and those of a proxy on the way. */
function certificates(env: Environment): string[] | undefined {
  const path = env["SSL_CERT_FILE"];
  if (path === undefined || path === "") return undefined;
  return [...rootCertificates, onDisk(`read ${path}`, () => readFileSync(path, "utf8"))];
}
