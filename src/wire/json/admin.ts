/**
 * The admin service in JSON.
 *
 * @module
 */
import { z } from "zod";

import { count } from "./primitives.ts";
import type { View } from "./view.ts";

/** The epoch that has begun, in JSON. */
export const advancedView: View<{ readonly epoch: bigint }> = z.object({ epoch: count });
