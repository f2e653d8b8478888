/*
 * What each compilation of `vector.c` offers to `device.c`: the kernels on a share of the work,
 * for one instruction set. The arguments are those of `soma-kernels.h`; `first` and `end` are rows,
 * columns or groups.
 */
#ifndef SOMA_VECTOR_H
#define SOMA_VECTOR_H

#include <stdint.h>

typedef uint64_t u64;

typedef struct {
  float *out;
  const float *input, *weight, *bias;
  u64 depth, width;
  int32_t mode;
} linear_job;

typedef struct {
  float *out;
  const float *query, *key, *value;
  u64 units, positions, heads, head_dim;
} attend_job;

typedef struct {
  const char *name;
  /* Columns of a panel of a packed matrix. */
  u64 columns;
  /* Bytes of scratch for one thread. */
  u64 linear_scratch;
  u64 (*attend_scratch)(u64 positions, u64 head_dim);
  /* Panels [first, end) of the matrix (depth, width). */
  void (*pack)(float *out, const float *matrix, const u64 shape[2], u64 first, u64 end);
  void (*linear)(const linear_job *job, float *scratch, u64 first, u64 end);
  /* Every `threads`-th group of queries, from group `thread`. */
  void (*attend)(const attend_job *job, float *scratch, u64 thread, u64 threads);
  void (*norm)(float *out, const float *input, const float *scale, const float *shift, u64 dim,
               u64 first, u64 end);
  void (*cross_entropy)(float *out, const float *logits, const uint32_t *targets, u64 vocabulary,
                        u64 first, u64 end);
  void (*sigreg)(float *out, const float *slices, const float *knots, u64 first, u64 end);
} soma_vector;

extern const soma_vector soma_avx512, soma_avx2, soma_sse2;

#endif
