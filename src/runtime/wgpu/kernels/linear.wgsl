// output = input · weight + bias, added to what is there if `accumulate`: `linear` of
// model/layers.ts. A workgroup makes a tile of 64 × 64, a thread 4 × 4 of it. Every 16 products are
// summed apart before they join the total, which keeps rounding small. The weight is padded with
// zeros to whole tiles. Grid: width ÷ 64, rows ÷ 64.
struct Sizes { rows: u32, depth: u32, width: u32, accumulate: u32 }
const DEEP = 16u;
const QUADS = 16u;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;

// Four rows of the input, or four columns of the weight, by depth.
var<workgroup> left: array<vec4f, DEEP * QUADS>;
var<workgroup> right: array<vec4f, DEEP * QUADS>;

fn inputAt(row: u32, k: u32) -> f32 {
  if (row >= sizes.rows || k >= sizes.depth) { return 0.0; }
  return input[row * sizes.depth + k];
}

@compute @workgroup_size(QUADS, QUADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) id: vec3u) {
  let row = group.y * 64u + id.y * 4u;
  let column = group.x * 64u + id.x * 4u;
  let quads = (sizes.width + 63u) / 64u * QUADS;
  var sums = mat4x4f();
  for (var first = 0u; first < sizes.depth; first += DEEP) {
    let k = first + id.x;
    left[id.x * QUADS + id.y] =
      vec4f(inputAt(row, k), inputAt(row + 1u, k), inputAt(row + 2u, k), inputAt(row + 3u, k));
    right[id.y * QUADS + id.x] = weight[(first + id.y) * quads + column / 4u];
    workgroupBarrier();
    var part = mat4x4f();
    for (var i = 0u; i < DEEP; i++) {
      let a = left[i * QUADS + id.y];
      let b = right[i * QUADS + id.x];
      part += mat4x4f(a.x * b, a.y * b, a.z * b, a.w * b);
    }
    sums += part;
    workgroupBarrier();
  }
  for (var j = 0u; j < 4u; j++) {
    for (var c = 0u; c < 4u; c++) {
      if (row + j >= sizes.rows || column + c >= sizes.width) { continue; }
      let at = (row + j) * sizes.width + column + c;
      let before = select(0.0, output[at], sizes.accumulate == 1u);
      output[at] = before + (sums[j][c] + bias[column + c]);
    }
  }
}
