/**
 * Rotation angles round as f32 wherever the published ones do.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { ropeAngle, ropeTable } from "../../src/model/rope.ts";
import { vector } from "../vectors/scoring.ts";

type Inputs = { readonly head_dim: number };
type Angle = { pos: number; i: number; angle_f32: number; sin_of_f32_angle: number };

test("angles are f32, up to the offset of the last mebibyte", () => {
  const { inputs, expected } = vector<Inputs, Angle[]>("rope_angles_large_pos");
  for (const { pos, i, angle_f32, sin_of_f32_angle } of expected) {
    expect(ropeAngle(pos, i, inputs.head_dim)).toBe(angle_f32);
    const { sin } = ropeTable(Uint32Array.of(pos), inputs.head_dim);
    expect(sin[i]).toBe(Math.fround(sin_of_f32_angle));
  }
});
