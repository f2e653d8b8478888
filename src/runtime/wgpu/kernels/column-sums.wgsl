// output = the sum of every feature over the positions of a sequence: `scoreSequence` of
// model/compete.ts. Every 32 positions are summed apart before they join the total, which keeps
// rounding small. Grid: features ÷ 64, sequences.
struct Sizes { dim: u32, positions: u32 }

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.dim) { return; }
  var sum = 0.0;
  for (var first = 0u; first < sizes.positions; first += 32u) {
    var part = 0.0;
    for (var row = first; row < min(first + 32u, sizes.positions); row++) {
      part += input[(id.y * sizes.positions + row) * sizes.dim + id.x];
    }
    sum += part;
  }
  output[id.y * sizes.dim + id.x] = sum;
}
