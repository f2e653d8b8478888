// output = −log softmax(logits)[target] of every row, 0 where the target is PAD: `crossEntropySum`
// of model/loss.ts. A workgroup takes a row.
struct Sizes { vocabulary: u32 }
const PAD = 256u;
const THREADS = 64u;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> targets: array<u32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;

var<workgroup> partial: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = group.x * sizes.vocabulary;
  var most = logits[row];
  for (var i = thread; i < sizes.vocabulary; i += THREADS) { most = max(most, logits[row + i]); }
  partial[thread] = most;
  for (var width = THREADS / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (thread < width) { partial[thread] = max(partial[thread], partial[thread + width]); }
  }
  workgroupBarrier();
  let largest = partial[0];
  workgroupBarrier();
  var sum = 0.0;
  for (var i = thread; i < sizes.vocabulary; i += THREADS) { sum += exp(logits[row + i] - largest); }
  partial[thread] = sum;
  for (var width = THREADS / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (thread < width) { partial[thread] += partial[thread + width]; }
  }
  if (thread == 0u) {
    let wanted = targets[group.x];
    output[group.x] = select(largest - logits[row + wanted] + log(partial[0]), 0.0, wanted == PAD);
  }
}
