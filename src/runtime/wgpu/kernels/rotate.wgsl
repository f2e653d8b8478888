// Turns feature i with feature i + headDim/2 by the row's angle: `rotate` of model/rope.ts. A thread
// turns one pair; sines and cosines come from the host.
struct Sizes { dim: u32, headDim: u32 }

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> cosines: array<f32>;
@group(0) @binding(2) var<storage, read> sines: array<f32>;
@group(0) @binding(3) var<storage, read_write> features: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pair = id.x;
  let row = id.y;
  let half = sizes.headDim / 2u;
  if (pair >= sizes.dim / 2u) { return; }
  let i = pair % half;
  let at = row * sizes.dim + pair / half * sizes.headDim + i;
  let c = cosines[row * half + i];
  let s = sines[row * half + i];
  let a = features[at];
  let b = features[at + half];
  features[at] = a * c - b * s;
  features[at + half] = b * c + a * s;
}
