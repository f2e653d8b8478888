/**
 * Seeds of continuous integration, shard 1 of 4.
 *
 * @module
 */
import { testShard } from "./seeds.ts";

testShard(0);
