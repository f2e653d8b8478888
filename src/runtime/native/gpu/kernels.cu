/*
 * The kernels of soma-kernels.h for GPUs: one source, which nvcc compiles for CUDA, hipcc for ROCm
 * and a C++ compiler, through emulate.h, for the processor. Each says which function of model/ it
 * implements. Every sum has an order that the shapes alone decide.
 */
#ifdef SOMA_EMULATE
#include "emulate.h"
#elif defined(__HIP__)
#include <hip/hip_runtime.h>
#endif

#define KERNEL(threads) extern "C" __global__ void __launch_bounds__(threads)

typedef unsigned int u32;
typedef unsigned long long u64;

enum { TILE = 128, DEEP = 16, THREADS = 256, ROW_THREADS = 128 };
enum { STORE, GELU, ADD };
enum { SLICES = 256, KNOTS = 17, PAD = 256 };

/* erfc(z) for z >= 0, by the series of model/layers.ts: ln(erfc(z) exp(z^2) / t), t = 2 / (2 + z),
 * as a polynomial in 2t - 1. */
static __device__ float erfc_of_positive(float z) {
  const float series[14] = {-0.6717940851517216f,     0.6726432205460016f,  0.04734341752107766f,
                            -0.046895482160790335f,   -0.00987453491837777f, 0.008823558176018882f,
                            0.0017706661188995445f,   -0.00233927771848272f,
                            -0.00018278214212708366f, 0.0006579538384198715f,
                            -3.2113772002201575e-5f,  -0.00015463378325684588f,
                            1.3371503399303261e-5f,   2.0723068593512483e-5f};
  const float t = 2.0f / (2.0f + z);
  const float y = 2.0f * t - 1.0f;
  float sum = series[13];
  for (int power = 12; power >= 0; power--) sum = sum * y + series[power];
  return t * expf(sum - z * z);
}

/* model/layers.ts, gelu. Beyond 12 the tail is below the smallest float. */
static __device__ __noinline__ float gelu(float x) {
  const float tail = 0.5f * erfc_of_positive(fminf(fabsf(x), 12.0f) * 0.7071067811865476f);
  return x * (x < 0.0f ? tail : 1.0f - tail);
}

static __device__ float of(float4 quad, u32 i) {
  return i == 0 ? quad.x : i == 1 ? quad.y : i == 2 ? quad.z : quad.w;
}

/*
 * The tile that this block has of a product: sums[i][j] += left(k, row) * right(k, column), for a
 * thread's 8 rows and 8 columns. A row of the right matrix is read by neighbouring threads, or,
 * if BY_COLUMN, a column of it.
 */
template <bool BY_COLUMN, typename Left, typename Right>
static __device__ void multiply(float sums[8][8], u32 depth, Left left, Right right) {
  /* Rows are a little longer than a tile, so that a column lies in several banks. */
  __shared__ __align__(16) float a[DEEP][TILE + 4], b[DEEP][TILE + 4];
  const u32 t = threadIdx.x, row = t / 16 * 4, column = t % 16 * 4;
  for (u32 first = 0; first < depth; first += DEEP) {
    for (u32 e = t; e < DEEP * TILE; e += THREADS) {
      const u32 k = e % DEEP, side = e / DEEP;
      a[k][side] = left(first + k, side);
      if (BY_COLUMN) b[k][side] = right(first + k, side);
      else b[e / TILE][e % TILE] = right(first + e / TILE, e % TILE);
    }
    __syncthreads();
    for (u32 k = 0; k < DEEP; k++) {
      const float4 x[2] = {*(const float4 *)&a[k][row], *(const float4 *)&a[k][row + TILE / 2]};
      const float4 y[2] = {*(const float4 *)&b[k][column],
                           *(const float4 *)&b[k][column + TILE / 2]};
#pragma unroll
      for (u32 i = 0; i < 8; i++) {
#pragma unroll
        for (u32 j = 0; j < 8; j++) sums[i][j] += of(x[i / 4], i % 4) * of(y[j / 4], j % 4);
      }
    }
    __syncthreads();
  }
}

/* The row or column, within the tile, of a thread's i-th of 8. */
static __device__ u32 place(u32 quad, u32 i) { return quad * 4 + i / 4 * (TILE / 2) + i % 4; }

/* Σ over the threads of a block, or their largest, by a tree; every thread gets it. */
template <bool LARGEST> static __device__ float reduce(float value) {
  __shared__ float partial[ROW_THREADS];
  const u32 t = threadIdx.x;
  __syncthreads();
  partial[t] = value;
  for (u32 width = ROW_THREADS / 2; width > 0; width /= 2) {
    __syncthreads();
    if (t >= width) continue;
    const float other = partial[t + width];
    partial[t] = LARGEST ? fmaxf(partial[t], other) : partial[t] + other;
  }
  __syncthreads();
  return partial[0];
}

/* model/forward.ts, embed. Grid: dim / 128, rows. */
KERNEL(ROW_THREADS)
soma_gpu_embed(float *out, const float *table, const u32 *tokens, u64 dim) {
  const u64 feature = (u64)blockIdx.x * ROW_THREADS + threadIdx.x;
  if (feature < dim) out[blockIdx.y * dim + feature] = table[tokens[blockIdx.y] * dim + feature];
}

/* model/layers.ts, layerNorm. Grid: rows. */
KERNEL(ROW_THREADS)
soma_gpu_norm(float *out, const float *input, const float *gamma, const float *beta, u64 dim) {
  const float *row = input + blockIdx.x * dim;
  float sum = 0.0f, squares = 0.0f;
  for (u64 i = threadIdx.x; i < dim; i += ROW_THREADS) sum += row[i];
  const float mean = reduce<false>(sum) / dim;
  for (u64 i = threadIdx.x; i < dim; i += ROW_THREADS) squares += (row[i] - mean) * (row[i] - mean);
  float deviation = sqrtf(reduce<false>(squares) / dim + 1e-5f);
  /* Squares that f32 does not hold are taken in another unit, in which 1e-5 is nothing. */
  if (deviation > 3.4e38f) {
    const float unit = 1.8446744e19f;
    squares = 0.0f;
    for (u64 i = threadIdx.x; i < dim; i += ROW_THREADS) {
      const float difference = (row[i] - mean) / unit;
      squares += difference * difference;
    }
    deviation = sqrtf(reduce<false>(squares) / dim) * unit;
  }
  for (u64 i = threadIdx.x; i < dim; i += ROW_THREADS)
    out[blockIdx.x * dim + i] = (row[i] - mean) / deviation * gamma[i] + beta[i];
}

/* model/layers.ts, linear. The weight has zeros up to whole tiles. Grid: width, rows / 128. */
KERNEL(THREADS)
soma_gpu_linear(float *out, const float *input, const float *weight, const float *bias, u64 rows,
                u64 depth, u64 width, u32 mode) {
  const u64 padded = (width + TILE - 1) / TILE * TILE;
  const u64 top = (u64)blockIdx.y * TILE, first = (u64)blockIdx.x * TILE;
  float sums[8][8] = {};
  multiply<false>(
      sums, (u32)depth,
      [=](u32 k, u32 row) {
        return top + row < rows && k < depth ? input[(top + row) * depth + k] : 0.0f;
      },
      [=](u32 k, u32 column) { return weight[k * padded + first + column]; });
#pragma unroll
  for (u32 i = 0; i < 8; i++) {
#pragma unroll
    for (u32 j = 0; j < 8; j++) {
      const u64 row = top + place(threadIdx.x / 16, i), column = first + place(threadIdx.x % 16, j);
      if (row >= rows || column >= width) continue;
      float *at = out + row * width + column;
      const float value = sums[i][j] + bias[column];
      *at = mode == GELU ? gelu(value) : mode == ADD ? *at + value : value;
    }
  }
}

/* model/rope.ts, rotate. Grid: dim / 2 / 128, rows. */
KERNEL(ROW_THREADS)
soma_gpu_rotate(float *features, const float *cos, const float *sin, u64 heads, u64 head_dim) {
  const u64 pair = (u64)blockIdx.x * ROW_THREADS + threadIdx.x, half = head_dim / 2;
  if (pair >= heads * half) return;
  const u64 i = pair % half, angle = blockIdx.y * half + i;
  float *at = features + (blockIdx.y * heads + pair / half) * head_dim + i;
  const float a = at[0], b = at[half], c = cos[angle], s = sin[angle];
  at[0] = a * c - b * s;
  at[half] = b * c + a * s;
}

/*
 * model/attention.ts, attentionWeights before the softmax: scores[query, key] of one head up to the
 * query's own tile. Grid: keys / 128, queries / 128, sequences * heads.
 */
KERNEL(THREADS)
soma_gpu_scores(float *scores, const float *query, const float *key, u64 positions, u64 heads,
                u64 head_dim) {
  if (blockIdx.x > blockIdx.y) return;
  const u64 dim = heads * head_dim;
  const u64 begin = blockIdx.z / heads * positions * dim + blockIdx.z % heads * head_dim;
  const u64 top = (u64)blockIdx.y * TILE, first = (u64)blockIdx.x * TILE;
  float sums[8][8] = {};
  multiply<true>(
      sums, (u32)head_dim,
      [=](u32 k, u32 row) {
        return top + row < positions && k < head_dim ? query[begin + (top + row) * dim + k] : 0.0f;
      },
      [=](u32 k, u32 row) {
        return first + row < positions && k < head_dim ? key[begin + (first + row) * dim + k]
                                                       : 0.0f;
      });
  const float scale = 1.0f / sqrtf((float)head_dim);
#pragma unroll
  for (u32 i = 0; i < 8; i++) {
#pragma unroll
    for (u32 j = 0; j < 8; j++) {
      const u64 row = top + place(threadIdx.x / 16, i), column = first + place(threadIdx.x % 16, j);
      if (row >= positions || column >= positions) continue;
      scores[(blockIdx.z * positions + row) * positions + column] = sums[i][j] * scale;
    }
  }
}

/*
 * The softmax of one query's scores up to itself; zeros after that to the end of its tile.
 * Grid: queries, sequences * heads.
 */
KERNEL(ROW_THREADS)
soma_gpu_softmax(float *scores, u64 positions) {
  float *row = scores + (blockIdx.y * positions + blockIdx.x) * positions;
  const u64 end = blockIdx.x + 1, tile_end = (end + TILE - 1) / TILE * TILE;
  float most = row[0], sum = 0.0f;
  for (u64 i = threadIdx.x; i < end; i += ROW_THREADS) most = fmaxf(most, row[i]);
  const float largest = reduce<true>(most);
  for (u64 i = threadIdx.x; i < end; i += ROW_THREADS) sum += row[i] = expf(row[i] - largest);
  const float total = reduce<false>(sum);
  for (u64 i = threadIdx.x; i < tile_end && i < positions; i += ROW_THREADS)
    row[i] = i < end ? row[i] / total : 0.0f;
}

/* model/attention.ts, mix. Grid: features of a head / 128, queries / 128, sequences * heads. */
KERNEL(THREADS)
soma_gpu_mix(float *out, const float *scores, const float *value, u64 positions, u64 heads,
             u64 head_dim) {
  const u64 dim = heads * head_dim;
  const u64 begin = blockIdx.z / heads * positions * dim + blockIdx.z % heads * head_dim;
  const u64 top = (u64)blockIdx.y * TILE, first = (u64)blockIdx.x * TILE;
  const u64 end = top + TILE < positions ? top + TILE : positions;
  const float *weights = scores + blockIdx.z * positions * positions;
  float sums[8][8] = {};
  multiply<false>(
      sums, (u32)end,
      [=](u32 k, u32 row) {
        return top + row < positions && k < end ? weights[(top + row) * positions + k] : 0.0f;
      },
      [=](u32 k, u32 column) {
        return k < end && first + column < head_dim ? value[begin + k * dim + first + column]
                                                    : 0.0f;
      });
#pragma unroll
  for (u32 i = 0; i < 8; i++) {
#pragma unroll
    for (u32 j = 0; j < 8; j++) {
      const u64 row = top + place(threadIdx.x / 16, i), column = first + place(threadIdx.x % 16, j);
      if (row < positions && column < head_dim) out[begin + row * dim + column] = sums[i][j];
    }
  }
}

/* model/loss.ts, crossEntropySum of one row. Grid: rows. */
KERNEL(ROW_THREADS)
soma_gpu_cross_entropy(float *out, const float *logits, const u32 *targets, u64 vocabulary) {
  const float *row = logits + blockIdx.x * vocabulary;
  float most = row[0], sum = 0.0f;
  for (u64 i = threadIdx.x; i < vocabulary; i += ROW_THREADS) most = fmaxf(most, row[i]);
  const float largest = reduce<true>(most);
  for (u64 i = threadIdx.x; i < vocabulary; i += ROW_THREADS) sum += expf(row[i] - largest);
  const float total = reduce<false>(sum);
  const u32 target = targets[blockIdx.x];
  const float loss = target == PAD ? 0.0f : largest - row[target] + logf(total);
  if (threadIdx.x == 0) out[blockIdx.x] = loss;
}

/*
 * model/sigreg.ts, sigregOf. A thread takes two projections; their cosines and sines at one point
 * after another are powers of those at the first, which is 3/16 radians per unit. Grid: rows.
 */
KERNEL(ROW_THREADS)
soma_gpu_sigreg(float *out, const float *slices, const float *knots) {
  __shared__ float cosines[KNOTS][ROW_THREADS], sines[KNOTS][ROW_THREADS], terms[KNOTS];
  const u32 t = threadIdx.x;
  const float *row = slices + (u64)blockIdx.x * SLICES;
  float step[2][2], at[2][2];
  for (u32 i = 0; i < 2; i++) {
    const float turns = row[i * ROW_THREADS + t] * 0.029841551829730376f;
    const float angle = (turns - rintf(turns)) * 6.283185307179586f;
    at[i][0] = step[i][0] = cosf(angle);
    at[i][1] = step[i][1] = sinf(angle);
  }
  for (u32 knot = 1; knot < KNOTS; knot++) {
    cosines[knot][t] = at[0][0] + at[1][0];
    sines[knot][t] = at[0][1] + at[1][1];
    for (u32 i = 0; i < 2; i++) {
      const float c = at[i][0], s = at[i][1];
      at[i][0] = c * step[i][0] - s * step[i][1];
      at[i][1] = c * step[i][1] + s * step[i][0];
    }
  }
  __syncthreads();
  if (t > 0 && t < KNOTS) {
    float c = 0.0f, s = 0.0f;
    for (u32 i = 0; i < ROW_THREADS; i++) {
      c += cosines[t][i];
      s += sines[t][i];
    }
    c = c / SLICES - knots[2 * t];
    s /= SLICES;
    terms[t] = knots[2 * t + 1] * (c * c + s * s);
  }
  __syncthreads();
  if (t != 0) return;
  float value = 0.0f;
  for (u32 knot = 1; knot < KNOTS; knot++) value += terms[knot];
  out[blockIdx.x] = SLICES * value;
}

/* The sum of a sequence's rows, 32 of them apart at a time. Grid: dim / 128, sequences. */
KERNEL(ROW_THREADS)
soma_gpu_column_sums(float *out, const float *input, u64 positions, u64 dim) {
  const u64 feature = (u64)blockIdx.x * ROW_THREADS + threadIdx.x;
  if (feature >= dim) return;
  float sum = 0.0f;
  for (u64 first = 0; first < positions; first += 32) {
    float part = 0.0f;
    for (u64 row = first; row < positions && row < first + 32; row++)
      part += input[(blockIdx.y * positions + row) * dim + feature];
    sum += part;
  }
  out[blockIdx.y * dim + feature] = sum;
}
