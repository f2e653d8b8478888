// SIGReg of every row from its 256 projections: `sigregOf` of model/sigreg.ts. A workgroup takes a
// row, a thread four projections; their cosines and sines at one point after another are powers of
// those at the first. Angles are in turns: whole ones are dropped, quarters put back after the series.
const SLICES = 256u;
const THREADS = 64u;
const POINTS = 16u; // All but point 0, which always matches.
const TURNS_PER_STEP = 0.029841551829730376; // The points are 3/16 radians per unit apart.

@group(0) @binding(0) var<storage, read> projections: array<f32>;
@group(0) @binding(1) var<storage, read> knots: array<vec2f>; // (φ, weight), of point 0 too.
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

var<workgroup> sums: array<vec2f, POINTS * THREADS>; // (cos, sin) by point and thread.
var<workgroup> terms: array<f32, POINTS>;

// cos and sin of `angle` turns.
fn circle(angle: f32) -> vec2f {
  let rest = angle - round(angle);
  let quarter = round(rest * 4.0);
  let x = (rest - quarter * 0.25) * 6.283185307179586;
  let s = x * x;
  let sin = x * (1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0))));
  let tail = 1.0 - s / 30.0 * (1.0 - s / 56.0 * (1.0 - s / 90.0));
  let cos = 1.0 - s / 2.0 * (1.0 - s / 12.0 * tail);
  let turned = select(vec2f(cos, sin), vec2f(-sin, cos), abs(quarter) == 1.0);
  return select(turned, -turned, quarter == -1.0 || abs(quarter) == 2.0);
}

fn times(a: vec2f, b: vec2f) -> vec2f {
  return vec2f(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  var step: array<vec2f, 4>;
  for (var i = 0u; i < 4u; i++) {
    step[i] = circle(projections[group.x * SLICES + i * THREADS + thread] * TURNS_PER_STEP);
  }
  var at = step;
  for (var point = 0u; point < POINTS; point++) {
    sums[point * THREADS + thread] = (at[0] + at[1]) + (at[2] + at[3]);
    for (var i = 0u; i < 4u; i++) { at[i] = times(at[i], step[i]); }
  }
  workgroupBarrier();
  if (thread < POINTS) {
    var all = vec2f();
    for (var i = 0u; i < THREADS; i++) { all += sums[thread * THREADS + i]; }
    let knot = knots[thread + 1u];
    let difference = all / f32(SLICES) - vec2f(knot.x, 0.0);
    terms[thread] = knot.y * dot(difference, difference);
  }
  workgroupBarrier();
  if (thread == 0u) {
    var value = 0.0;
    for (var i = 0u; i < POINTS; i++) { value += terms[i]; }
    output[group.x] = f32(SLICES) * value;
  }
}
