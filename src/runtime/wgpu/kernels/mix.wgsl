// mixed[query] = Σ weights[query, key] · value[key] over the past: `mix` of model/attention.ts.
// Tiles as in linear.wgsl; keys after the query's own tile have no weight and are left out.
// Grid: features of a head ÷ 64, queries ÷ 64, sequences · heads.
struct Sizes { first: u32, dim: u32, headDim: u32, positions: u32 }
const DEEP = 16u;
const QUADS = 16u;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> value: array<f32>;
@group(0) @binding(3) var<storage, read_write> mixed: array<f32>;

var<workgroup> left: array<vec4f, DEEP * QUADS>;
var<workgroup> right: array<vec4f, DEEP * QUADS>;

@compute @workgroup_size(QUADS, QUADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) id: vec3u) {
  let heads = sizes.dim / sizes.headDim;
  let sequence = sizes.first + group.z / heads;
  let begin = sequence * sizes.positions * sizes.dim + group.z % heads * sizes.headDim;
  let row = group.y * 64u + id.y * 4u;
  let column = group.x * 64u + id.x * 4u;
  let end = min(group.y * 64u + 64u, sizes.positions);
  var sums = mat4x4f();
  for (var deep = 0u; deep < end; deep += DEEP) {
    let key = deep + id.x;
    let other = deep + id.y;
    var past = vec4f();
    var values = vec4f();
    for (var j = 0u; j < 4u; j++) {
      let at = (group.z * sizes.positions + row + j) * sizes.positions + key;
      if (row + j < sizes.positions && key < end) { past[j] = weights[at]; }
      let isThere = other < end && column + j < sizes.headDim;
      if (isThere) { values[j] = value[begin + other * sizes.dim + column + j]; }
    }
    left[id.x * QUADS + id.y] = past;
    right[id.y * QUADS + id.x] = values;
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
      if (row + j >= sizes.positions || column + c >= sizes.headDim) { continue; }
      mixed[begin + (row + j) * sizes.dim + column + c] = sums[j][c];
    }
  }
}
