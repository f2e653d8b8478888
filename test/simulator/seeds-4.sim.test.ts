/**
 * Seeds of continuous integration, shard 4 of 4.
 *
 * @module
 */
import { testShard } from "./seeds.ts";

testShard(3);
