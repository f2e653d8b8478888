/**
 * Runs before every test file: tests use the native implementations, as entry points do.
 *
 * @module
 */
import { installNative } from "../src/crypto/native.ts";

installNative();
