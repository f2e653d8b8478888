/**
 * Starts a whole network on this machine: its directory is locked, its ports bound, the network
 * founded or opened, nodes and services started and each used once. Only then is it there; if any
 * of it fails, all of it is undone.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SYSTEM_CLOCK } from "../base/clock.ts";
import { type Logger, SILENT_LOG } from "../base/log.ts";
import { DirectoryBlobs } from "../blobs/directory.ts";
import { readParameters } from "../ledger/call.ts";
import { lockDirectory } from "../storage/lock.ts";
import { formatDigest } from "../types/text.ts";
import { activateEnv } from "../wallet/environments.ts";
import { Cleanup } from "./cleanup.ts";
import { createControl } from "./control.ts";
import { readDemoModels } from "./demo-models.ts";
import { foundNetwork, type Network, openNetwork } from "./found.ts";
import { type Layout, layoutOf, removeNetwork } from "./layout.ts";
import { type Nodes, startNodes } from "./nodes.ts";
import type { Localnet, LocalnetOptions, LocalnetUrls } from "./options.ts";
import { addressOf, planNetwork } from "./plan.ts";
import {
  choosePorts,
  DEFAULT_PORTS,
  listenAll,
  type Listeners,
  type ServicePorts,
  stopAll,
} from "./ports.ts";
import { checkReady } from "./ready.ts";
import { CHAIN, serveAll } from "./services.ts";

const COMMITTEE_SIZE = 4;
const EPOCH_DURATION_MS = 86_400_000;
const BLOBS_BYTES_MAX = 16 * 1024 * 1024 * 1024;
