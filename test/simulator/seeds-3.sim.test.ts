/**
 * Seeds of continuous integration, shard 3 of 4.
 *
 * @module
 */
import { testShard } from "./seeds.ts";

testShard(2);
