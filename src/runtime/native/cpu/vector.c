/*
 * The kernels of a CPU in vectors of LANES floats, compiled once for each instruction set under the
 * name TABLE. Matrices lie in panels of COLUMNS columns and rows are packed in groups of ROWS, the
 * depth outermost, so that a tile of ROWS × COLUMNS sums stays in registers while the depth runs. A
 * sum runs from the lowest depth up, in blocks of DEPTH that are added in turn: the order depends
 * on nothing but the shape.
 */
#include "vector.h"

#include <math.h>
#include <string.h>

#include "../soma-kernels.h"

#define COLUMNS (2 * LANES)
#define ROWS 6
/* A panel's block of this depth stays in the first cache, a block of packed rows in the second. */
#define DEPTH 384
#define ROW_BLOCK (ROWS * 32)
#define TILE (ROWS * COLUMNS)

typedef float vec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t ivec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

static inline u64 least(u64 a, u64 b) { return a < b ? a : b; }
static inline u64 upward(u64 count, u64 step) { return (count + step - 1) / step * step; }
static inline vec load(const float *from) { return *(const vec *)from; }
static inline void store(float *to, vec value) { *(vec *)to = value; }
static inline vec all(float value) { return value - (vec){0}; }
static inline vec pick(ivec mask, vec yes, vec no) {
  return (vec)(((ivec)yes & mask) | ((ivec)no & ~mask));
}
/* NaN in x stays. */
static inline vec at_least(vec x, float least_value) { return pick(x < all(least_value), all(least_value), x); }
static inline vec at_most(vec x, float most) { return pick(x > all(most), all(most), x); }
static inline vec larger(vec x, vec y) { return pick(x < y, y, x); }
/* The nearest whole number, for |x| < 2^22. */
static inline vec nearest(vec x) { return (x + 12582912.0f) - 12582912.0f; }
static inline float fold(vec x) {
  float sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += x[lane];
  return sum;
}
/* `count` numbers, of which there are fewer than LANES, and `fill` in the other lanes. */
static inline vec load_part(const float *from, u64 count, float fill) {
  vec x = all(fill);
  memcpy(&x, from, count * 4);
  return x;
}

/* e^x to 1e-7 (Cephes, expf); x beyond the range of f32 is brought to its ends. */
static inline vec exponential(vec x) {
  x = at_most(at_least(x, -87.0f), 88.0f);
  vec n = nearest(x * 1.44269504088896341f);
  vec r = x - n * 0.693359375f - n * -2.12194440e-4f;
  vec p = ((((1.9875691500e-4f * r + 1.3981999507e-3f) * r + 8.3334519073e-3f) * r +
            4.1665795894e-2f) * r + 1.6666665459e-1f) * r + 5.0000001201e-1f;
  ivec scale = (__builtin_convertvector(n, ivec) + 127) << 23;
  return (p * r * r + r + 1.0f) * (vec)scale;
}

/* x · Φ(x): Abramowitz and Stegun 7.1.26, to 1.5e-7. */
static inline vec gelu(vec x) {
  vec z = (vec)((ivec)x & 0x7fffffff) * 0.70710678118654752f;
  vec t = 1.0f / (1.0f + 0.3275911f * z);
  vec series = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t +
                0.254829592f) * t;
  vec tail = 0.5f * series * exponential(-(z * z));
  return x * pick(x < all(0), tail, 1.0f - tail);
}

/* out += rows · panel, over `depth`, ROWS × COLUMNS. */
static inline void add_tile(const float *rows, const float *panel, float *out, u64 stride,
                            u64 depth) {
  vec low[ROWS] = {{0}}, high[ROWS] = {{0}};
  // What stands there comes from far away; it is on its way while the depth runs.
  for (int row = 0; row < ROWS; row++) __builtin_prefetch(out + row * stride, 1);
  for (u64 k = 0; k < depth; k++, rows += ROWS, panel += COLUMNS) {
    vec left = load(panel), right = load(panel + LANES);
#pragma GCC unroll 6
    for (int row = 0; row < ROWS; row++) {
      vec value = all(rows[row]);
      low[row] += value * left;
      high[row] += value * right;
    }
  }
  for (int row = 0; row < ROWS; row++) {
    float *to = out + row * stride;
    store(to, load(to) + low[row]);
    store(to + LANES, load(to + LANES) + high[row]);
  }
}

/* The same where only `height` × `width` of the tile are there. */
static void add_edge(const float *rows, const float *panel, float *out, u64 stride, u64 depth,
                     u64 height, u64 width) {
  float tile[TILE] = {0};
  for (u64 row = 0; row < height; row++) {
    memcpy(tile + row * COLUMNS, out + row * stride, width * 4);
  }
  add_tile(rows, panel, tile, COLUMNS, depth);
  for (u64 row = 0; row < height; row++) {
    memcpy(out + row * stride, tile + row * COLUMNS, width * 4);
  }
}

/* Groups of ROWS rows, the depth outermost; rows that are not there are zero. */
static void pack_rows(float *out, const float *input, u64 stride, u64 depth, u64 count) {
  for (u64 group = 0; group < count; group += ROWS, out += depth * ROWS) {
    for (u64 row = 0; row < ROWS; row++) {
      const float *from = input + (group + row) * stride;
      int is_there = group + row < count;
      for (u64 k = 0; k < depth; k++) out[k * ROWS + row] = is_there ? from[k] : 0;
    }
  }
}

static void pack(float *out, const float *matrix, const u64 shape[2], u64 first, u64 end) {
  u64 depth = shape[0], width = shape[1];
  for (u64 panel = first; panel < end; panel++) {
    u64 column = panel * COLUMNS, wide = least(COLUMNS, width - column);
    float *to = out + column * depth;
    for (u64 k = 0; k < depth; k++, to += COLUMNS) {
      memcpy(to, matrix + k * width + column, wide * 4);
      memset(to + wide, 0, (COLUMNS - wide) * 4);
    }
  }
}

static void begin_rows(const linear_job *job, u64 first, u64 count) {
  for (u64 row = first; row < first + count; row++) {
    float *out = job->out + row * job->width;
    if (job->mode != SOMA_ADD) {
      memcpy(out, job->bias, job->width * 4);
      continue;
    }
    for (u64 column = 0; column < job->width; column++) out[column] += job->bias[column];
  }
}

static void gelu_all(float *x, u64 count) {
  u64 at = 0;
  for (; at + LANES <= count; at += LANES) store(x + at, gelu(load(x + at)));
  if (at == count) return;
  vec rest = gelu(load_part(x + at, count - at, 0));
  memcpy(x + at, &rest, (count - at) * 4);
}

static void linear(const linear_job *job, float *scratch, u64 first, u64 end) {
  u64 depth = job->depth, width = job->width;
  for (u64 row = first; row < end; row += ROW_BLOCK) {
    u64 count = least(ROW_BLOCK, end - row);
    float *out = job->out + row * width;
    begin_rows(job, row, count);
    for (u64 from = 0; from < depth; from += DEPTH) {
      u64 deep = least(DEPTH, depth - from);
      pack_rows(scratch, job->input + row * depth + from, depth, deep, count);
      for (u64 column = 0; column < width; column += COLUMNS) {
        const float *panel = job->weight + column * depth + from * COLUMNS;
        u64 wide = least(COLUMNS, width - column);
        for (u64 group = 0; group < count; group += ROWS) {
          const float *rows = scratch + group * deep;
          float *to = out + group * width + column;
          u64 high = least(ROWS, count - group);
          if (high == ROWS && wide == COLUMNS) add_tile(rows, panel, to, width, deep);
          else add_edge(rows, panel, to, width, deep, high, wide);
        }
      }
    }
    if (job->mode == SOMA_GELU) gelu_all(out, count * width);
  }
}

/* Scratch: keys, values, queries and scores of one head, and one tile. */
static u64 attend_scratch(u64 positions, u64 head_dim) {
  u64 keys = upward(positions, ROWS) * head_dim, values = upward(head_dim, ROWS) * positions;
  return (keys + values + (head_dim + upward(positions, ROWS)) * COLUMNS + TILE) * 4;
}

/* values[group of features][position][ROWS]; features that are not there are zero. */
static void pack_values(float *out, const float *value, u64 stride, u64 positions, u64 head_dim) {
  for (u64 feature = 0; feature < head_dim; feature += ROWS) {
    u64 wide = least(ROWS, head_dim - feature);
    for (u64 position = 0; position < positions; position++, out += ROWS) {
      for (u64 i = 0; i < ROWS; i++) {
        out[i] = i < wide ? value[position * stride + feature + i] : 0;
      }
    }
  }
}

/* Scores become exponentials; returns one divided by their sums. Lane i is query `first` + i. */
static void softmax(float *scores, u64 first, u64 seen, vec inverse[2]) {
  for (u64 position = first; position < seen; position++) {
    for (u64 lane = 0; lane < COLUMNS && first + lane < position; lane++) {
      scores[position * COLUMNS + lane] = -INFINITY;
    }
  }
  for (int half = 0; half < 2; half++) {
    float *from = scores + half * LANES;
    vec most = all(-INFINITY), total = all(0);
    for (u64 at = 0; at < seen; at++) most = larger(load(from + at * COLUMNS), most);
    for (u64 at = 0; at < seen; at++) {
      vec score = load(from + at * COLUMNS);
      // What is hidden is nothing, not e to the least that there is.
      vec weight = exponential(score - most);
      weight = pick(score == all(-INFINITY), all(0), weight);
      store(from + at * COLUMNS, weight);
      total += weight;
    }
    inverse[half] = 1.0f / total;
  }
}

typedef struct {
  float *keys, *values, *queries, *scores, *tile;
} head_scratch;

/* Up to COLUMNS positions from `first` of one head, whose first features are at the addresses. */
static void attend_group(const attend_job *job, const head_scratch *at, u64 first, const float *query,
                         float *out) {
  u64 head_dim = job->head_dim, stride = job->heads * head_dim;
  u64 count = least(COLUMNS, job->positions - first), seen = first + count;
  float scale = 1.0f / sqrtf((float)head_dim);
  for (u64 lane = 0; lane < COLUMNS; lane++) {
    for (u64 i = 0; i < head_dim; i++) {
      at->queries[i * COLUMNS + lane] = lane < count ? query[lane * stride + i] * scale : 0;
    }
  }
  memset(at->scores, 0, upward(seen, ROWS) * COLUMNS * 4);
  for (u64 key = 0; key < seen; key += ROWS) {
    add_tile(at->keys + key * head_dim, at->queries, at->scores + key * COLUMNS, COLUMNS, head_dim);
  }
  vec inverse[2];
  softmax(at->scores, first, seen, inverse);
  for (u64 feature = 0; feature < head_dim; feature += ROWS) {
    memset(at->tile, 0, TILE * 4);
    add_tile(at->values + feature * job->positions, at->scores, at->tile, COLUMNS, seen);
    for (u64 lane = 0; lane < count; lane++) {
      for (u64 i = feature; i < least(feature + ROWS, head_dim); i++) {
        float sum = at->tile[(i - feature) * COLUMNS + lane];
        out[lane * stride + i] = sum * inverse[lane / LANES][lane % LANES];
      }
    }
  }
}

static void attend(const attend_job *job, float *scratch, u64 thread, u64 threads) {
  u64 head_dim = job->head_dim, positions = job->positions, stride = job->heads * head_dim;
  head_scratch at;
  at.keys = scratch;
  at.values = at.keys + upward(positions, ROWS) * head_dim;
  at.queries = at.values + upward(head_dim, ROWS) * positions;
  at.scores = at.queries + head_dim * COLUMNS;
  at.tile = at.scores + upward(positions, ROWS) * COLUMNS;
  for (u64 unit = 0; unit < job->units; unit++) {
    u64 offset = unit / job->heads * positions * stride + unit % job->heads * head_dim;
    pack_rows(at.keys, job->key + offset, stride, head_dim, positions);
    pack_values(at.values, job->value + offset, stride, positions, head_dim);
    for (u64 first = thread * COLUMNS; first < positions; first += threads * COLUMNS) {
      u64 here = offset + first * stride;
      attend_group(job, &at, first, job->query + here, job->out + here);
    }
  }
}

static void norm(float *out, const float *input, const float *scale, const float *shift, u64 dim,
                 u64 first, u64 end) {
  for (u64 row = first; row < end; row++) {
    const float *x = input + row * dim;
    float *y = out + row * dim;
    double sum = 0, squares = 0;
    for (u64 i = 0; i < dim; i++) sum += x[i];
    float mean = (float)(sum / (double)dim);
    for (u64 i = 0; i < dim; i++) squares += (double)(x[i] - mean) * (double)(x[i] - mean);
    float factor = (float)(1.0 / sqrt(squares / (double)dim + 1e-5));
    for (u64 i = 0; i < dim; i++) y[i] = (x[i] - mean) * factor * scale[i] + shift[i];
  }
}

static void cross_entropy(float *out, const float *logits, const uint32_t *targets, u64 vocabulary,
                          u64 first, u64 end) {
  for (u64 row = first; row < end; row++) {
    const float *x = logits + row * vocabulary;
    float most = -INFINITY;
    for (u64 i = 0; i < vocabulary; i++) most = x[i] < most ? most : x[i];
    vec total = all(0);
    u64 at = 0;
    for (; at + LANES <= vocabulary; at += LANES) total += exponential(load(x + at) - most);
    float sum = fold(total);
    vec rest = exponential(load_part(x + at, vocabulary - at, most) - most);
    for (u64 lane = 0; lane < vocabulary - at; lane++) sum += rest[lane];
    out[row] = targets[row] == SOMA_PAD ? 0 : most - x[targets[row]] + logf(sum);
  }
}

/* Sine and cosine to 1e-7 for |x| up to some thousands (Cephes, sinf and cosf). */
static inline void sine_cosine(vec x, vec *sine, vec *cosine) {
  vec n = nearest(x * 0.63661977236758134f);
  ivec quadrant = __builtin_convertvector(n, ivec);
  vec r = x - n * 1.5703125f - n * 4.83751296997070312e-4f - n * 7.54978995489188216e-8f;
  vec z = r * r;
  vec s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
  vec c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z +
          (1.0f - z * 0.5f);
  ivec is_odd = -(quadrant & 1), sign = ~0x7fffffff + (quadrant & 0);
  *sine = (vec)((ivec)pick(is_odd, c, s) ^ ((quadrant << 30) & sign));
  *cosine = (vec)((ivec)pick(is_odd, s, c) ^ (((quadrant + 1) << 30) & sign));
}

#define GROUPS (SOMA_SLICES / LANES)

/* One sine and cosine a slice; the further knots follow by rotation. */
static float sigreg_row(const float *slices, const float *knots) {
  vec cosine[GROUPS], sine[GROUPS], c[GROUPS], s[GROUPS];
  for (int i = 0; i < GROUPS; i++) {
    sine_cosine(load(slices + i * LANES) * (3.0f / 16.0f), &sine[i], &cosine[i]);
    c[i] = cosine[i];
    s[i] = sine[i];
  }
  // The knot 0 agrees by construction: cos 0 = φ(0) = 1.
  float value = 0;
  for (int knot = 1; knot < SOMA_KNOTS; knot++) {
    vec real = all(0), imaginary = all(0);
    for (int i = 0; i < GROUPS; i++) {
      real += c[i];
      imaginary += s[i];
      vec next = c[i] * cosine[i] - s[i] * sine[i];
      s[i] = s[i] * cosine[i] + c[i] * sine[i];
      c[i] = next;
    }
    float difference = fold(real) / SOMA_SLICES - knots[2 * knot];
    float odd = fold(imaginary) / SOMA_SLICES;
    value += knots[2 * knot + 1] * (difference * difference + odd * odd);
  }
  return SOMA_SLICES * value;
}

static void sigreg(float *out, const float *slices, const float *knots, u64 first, u64 end) {
  for (u64 row = first; row < end; row++) out[row] = sigreg_row(slices + row * SOMA_SLICES, knots);
}

const soma_vector TABLE = {
    .name = NAME,
    .columns = COLUMNS,
    .linear_scratch = (ROW_BLOCK * DEPTH) * 4,
    .attend_scratch = attend_scratch,
    .pack = pack,
    .linear = linear,
    .attend = attend,
    .norm = norm,
    .cross_entropy = cross_entropy,
    .sigreg = sigreg,
};
