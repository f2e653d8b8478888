/**
 * Seeds of continuous integration, shard 2 of 4.
 *
 * @module
 */
import { testShard } from "./seeds.ts";

testShard(1);
