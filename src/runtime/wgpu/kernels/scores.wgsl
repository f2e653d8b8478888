// scores[query, key] = query · key ÷ √headDim up to the query's own tile: `attentionWeights` of
// model/attention.ts before its softmax. Tiles as in linear.wgsl.
// Grid: keys ÷ 64, queries ÷ 64, sequences · heads.
struct Sizes { first: u32, dim: u32, headDim: u32, positions: u32 }
const DEEP = 16u;
const QUADS = 16u;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> query: array<f32>;
@group(0) @binding(2) var<storage, read> key: array<f32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

var<workgroup> left: array<vec4f, DEEP * QUADS>;
var<workgroup> right: array<vec4f, DEEP * QUADS>;

@compute @workgroup_size(QUADS, QUADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) id: vec3u) {
  if (group.x > group.y) { return; }
  let heads = sizes.dim / sizes.headDim;
  let sequence = sizes.first + group.z / heads;
  let begin = sequence * sizes.positions * sizes.dim + group.z % heads * sizes.headDim;
  let row = group.y * 64u + id.y * 4u;
  let other = group.x * 64u + id.y * 4u;
  var sums = mat4x4f();
  for (var deep = 0u; deep < sizes.headDim; deep += DEEP) {
    let feature = deep + id.x;
    var queries = vec4f();
    var keys = vec4f();
    for (var j = 0u; j < 4u && feature < sizes.headDim; j++) {
      let at = begin + j * sizes.dim + feature;
      if (row + j < sizes.positions) { queries[j] = query[at + row * sizes.dim]; }
      if (other + j < sizes.positions) { keys[j] = key[at + other * sizes.dim]; }
    }
    left[id.x * QUADS + id.y] = queries;
    right[id.x * QUADS + id.y] = keys;
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
  sums *= 1.0 / sqrt(f32(sizes.headDim));
  let column = group.x * 64u + id.x * 4u;
  for (var j = 0u; j < 4u; j++) {
    for (var c = 0u; c < 4u; c++) {
      if (row + j >= sizes.positions || column + c >= sizes.positions) { continue; }
      let at = (group.z * sizes.positions + row + j) * sizes.positions + column + c;
      scores[at] = sums[j][c];
    }
  }
}
