/*
 * What a GPU library needs of the driver under it: driver.c finds CUDA's or HIP's at run time, and
 * emulate.cc runs the kernels on the processor. All functions return 0, or another number after
 * they have told `soma_fail` why.
 */
#ifndef SOMA_DRIVER_H
#define SOMA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

/* The kernels of kernels.cu. */
#define SOMA_GPU_KERNELS(X)                                                                        \
  X(embed) X(norm) X(linear) X(rotate) X(scores) X(softmax) X(mix) X(cross_entropy) X(sigreg)      \
  X(column_sums)

#define SOMA_GPU_ENUM(name) SOMA_GPU_##name,
typedef enum { SOMA_GPU_KERNELS(SOMA_GPU_ENUM) SOMA_GPU_KERNEL_COUNT } soma_gpu_kernel;

#ifdef __cplusplus
extern "C" {
#endif

/* Keeps why a call fails; returns -1. */
int soma_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Finds the driver, once, and counts its devices. */
int driver_count(int *count);
/* Opens a device for the calling thread, loads the kernels, and describes it in two lines. */
int driver_open(int index, char *text, size_t size);
int driver_memory(size_t *free_bytes);
int driver_alloc(void **block, size_t bytes);
int driver_free(void *block);
int driver_upload(void *block, const void *host, size_t bytes);
/* Waits for the kernels launched before. */
int driver_download(void *host, const void *block, size_t bytes);
/* Runs after what was launched before; `args` points to each argument. */
int driver_launch(soma_gpu_kernel kernel, const unsigned grid[3], unsigned threads, void **args);

#ifdef __cplusplus
}
#endif

#endif
