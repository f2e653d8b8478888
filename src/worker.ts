/**
 * The entry of every worker thread. It learns its role first and loads only what that role needs;
 * messages that come in the meantime wait their turn.
 *
 * @module
 */
import { installNative } from "./crypto/native.ts";
import type { Part, Post, WorkerOrder, WorkerRole } from "./spawn.ts";

declare const self: Worker;

const ROLES: Readonly<Record<WorkerRole, () => Promise<{ readonly part: Part }>>> = {
  crypto: () => import("./host/crypto-role.ts"),
  execution: () => import("./host/execution-role.ts"),
  kernels: () => import("./runtime/cpu/threads.ts"),
  scoring: () => import("./scoring/worker-role.ts"),
};

const post: Post = (message, transfer = []) => self.postMessage(message, transfer);
let ready: Promise<(message: unknown) => void> | undefined;

self.onmessage = (event: MessageEvent<WorkerOrder>): void => {
  const order = event.data;
  switch (order.kind) {
    case "Role":
      installNative();
      ready = ROLES[order.role]().then(({ part }) => part(post));
      return;
    case "Message":
      void ready?.then((handle) => handle(order.message));
      return;
    case "Exit":
      process.exit(0);
  }
};
