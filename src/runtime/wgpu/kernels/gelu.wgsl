// x ← x · Φ(x): `gelu` of model/layers.ts, with the same series for Φ.
struct Sizes { width: u32 }

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;

// ln(erfc(z) · exp(z²) / t) with t = 2/(2+z), as a polynomial in 2t − 1 by rising power.
const SERIES = array<f32, 14>(-0.6717940851517216, 0.6726432205460016, 0.04734341752107766,
  -0.046895482160790335, -0.00987453491837777, 0.008823558176018882, 0.0017706661188995445,
  -0.00233927771848272, -0.00018278214212708366, 0.0006579538384198715, -3.2113772002201575e-5,
  -0.00015463378325684588, 1.3371503399303261e-5, 2.0723068593512483e-5);

// erfc(z) for z ≥ 0.
fn erfc(z: f32) -> f32 {
  let t = 2.0 / (2.0 + z);
  let y = 2.0 * t - 1.0;
  var series = SERIES;
  var sum = 0.0;
  for (var power = 14u; power > 0u; power--) { sum = sum * y + series[power - 1u]; }
  return t * exp(sum - z * z);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.width) { return; }
  let at = id.y * sizes.width + id.x;
  let value = x[at];
  // Beyond 12 the tail is below the smallest f32.
  let tail = 0.5 * erfc(min(abs(value), 12.0) * 0.7071067811865476);
  x[at] = value * select(1.0 - tail, tail, value < 0.0);
}
