// x[row] = embedding[tokens[row]]: `embed` of model/forward.ts. A thread copies one feature.
struct Sizes { dim: u32 }

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read> embedding: array<f32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let feature = id.x;
  let row = id.y;
  if (feature >= sizes.dim) { return; }
  x[row * sizes.dim + feature] = embedding[tokens[row] * sizes.dim + feature];
}
