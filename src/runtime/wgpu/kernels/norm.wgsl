// output = (input − mean) ÷ √(variance + ε) · γ + β: `layerNorm` of model/layers.ts. A workgroup
// takes one row; each thread sums every 64th feature and a tree adds the threads up.
struct Sizes { dim: u32 }
const EPSILON = 1e-5;
const THREADS = 64u;
const F32_LARGE = 3.4e38;
const UNIT = 0x1p64;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;

var<workgroup> partial: array<f32, THREADS>;

fn total(thread: u32, value: f32) -> f32 {
  workgroupBarrier();
  partial[thread] = value;
  for (var width = THREADS / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (thread < width) { partial[thread] += partial[thread + width]; }
  }
  return workgroupUniformLoad(&partial[0]);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = group.x * sizes.dim;
  var sum = 0.0;
  for (var i = thread; i < sizes.dim; i += THREADS) { sum += input[row + i]; }
  let mean = total(thread, sum) / f32(sizes.dim);
  var squares = 0.0;
  for (var i = thread; i < sizes.dim; i += THREADS) {
    let difference = input[row + i] - mean;
    squares += difference * difference;
  }
  var deviation = sqrt(total(thread, squares) / f32(sizes.dim) + EPSILON);
  // Squares that f32 does not hold are taken in another unit, in which EPSILON is nothing.
  if (deviation > F32_LARGE) {
    squares = 0.0;
    for (var i = thread; i < sizes.dim; i += THREADS) {
      let difference = (input[row + i] - mean) / UNIT;
      squares += difference * difference;
    }
    deviation = sqrt(total(thread, squares) / f32(sizes.dim)) * UNIT;
  }
  for (var i = thread; i < sizes.dim; i += THREADS) {
    output[row + i] = (input[row + i] - mean) / deviation * gamma[i] + beta[i];
  }
}
