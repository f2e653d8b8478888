/*
 * Lets a C++ compiler take kernels.cu for the processor: every thread of a block is a fiber, blocks
 * run one after another, and a barrier hands on to the next fiber.
 */
#ifndef SOMA_EMULATE_H
#define SOMA_EMULATE_H

#include <math.h>

struct emulated_index {
  unsigned x, y, z;
};
extern emulated_index threadIdx, blockIdx;

struct alignas(16) float4 {
  float x, y, z, w;
};

#define __global__
#define __device__
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(threads)
#define __align__(bytes) __attribute__((aligned(bytes)))
/* Only one block runs at a time. */
#define __shared__ static

void __syncthreads(void);

#endif
