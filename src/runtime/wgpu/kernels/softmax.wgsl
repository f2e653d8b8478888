// Scores of a query become exp(score − largest) ÷ their sum, over the keys up to the query; later
// keys of the same tile become zero: `attentionWeights` of model/attention.ts. A workgroup takes one
// query of one head. Grid: queries, sequences · heads.
struct Sizes { positions: u32 }
const THREADS = 64u;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read_write> scores: array<f32>;

var<workgroup> partial: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = (group.y * sizes.positions + group.x) * sizes.positions;
  let end = group.x + 1u;
  var most = scores[row];
  for (var i = thread; i < end; i += THREADS) { most = max(most, scores[row + i]); }
  partial[thread] = most;
  for (var width = THREADS / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (thread < width) { partial[thread] = max(partial[thread], partial[thread + width]); }
  }
  workgroupBarrier();
  let largest = partial[0];
  workgroupBarrier();
  var sum = 0.0;
  for (var i = thread; i < end; i += THREADS) {
    let weight = exp(scores[row + i] - largest);
    scores[row + i] = weight;
    sum += weight;
  }
  partial[thread] = sum;
  for (var width = THREADS / 2u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (thread < width) { partial[thread] += partial[thread + width]; }
  }
  workgroupBarrier();
  let total = partial[0];
  let tileEnd = min((end + 63u) / 64u * 64u, sizes.positions);
  for (var i = thread; i < tileEnd; i += THREADS) {
    scores[row + i] = select(0.0, scores[row + i] / total, i < end);
  }
}
