/*
 * The one C interface of all native kernels: CPU, CUDA and HIP. It mirrors `runtime/kernels.ts`,
 * which says what each kernel computes, in which shapes, and what it promises about its output.
 *
 * A block is an address in the memory of the device: host memory on a CPU, device memory on a GPU.
 * Matrices of linear maps are blocks in a layout of the library's own. Tokens and targets are u32,
 * everything else is f32. Functions that return int32_t return 0, or another number on failure,
 * of which `soma_error` then tells the reason. One thread uses a device at a time.
 */
#ifndef SOMA_KERNELS_H
#define SOMA_KERNELS_H

#include <stdint.h>

#ifdef _WIN32
#define SOMA_API __declspec(dllexport)
#else
#define SOMA_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface; a library of another version is not used. */
#define SOMA_ABI 1

/* Modes of soma_linear. */
enum { SOMA_STORE = 0, SOMA_GELU = 1, SOMA_ADD = 2 };

/* Targets with this value give no cross entropy. */
enum { SOMA_PAD = 256 };

/* Random directions and points of SIGReg. */
enum { SOMA_SLICES = 256, SOMA_KNOTS = 17 };

typedef struct soma_device soma_device;

SOMA_API int32_t soma_abi(void);
/* Why the last failed call of this thread failed; never null. */
SOMA_API const char *soma_error(void);
/* How many devices there are; negative on failure, such as a missing driver. */
SOMA_API int32_t soma_device_count(void);
/* Opens a device; `threads` is how many CPU threads to use, ignored by GPUs. Null on failure. */
SOMA_API soma_device *soma_open(int32_t index, int32_t threads);
/* Frees the device and every block of it. */
SOMA_API void soma_close(soma_device *device);
/* Two lines of text, zero-terminated: the device's name, and its driver or instruction set. */
SOMA_API int32_t soma_describe(soma_device *device, char *text, uint64_t size);
/* Bytes that blocks may take; 0 if the library does not know. */
SOMA_API uint64_t soma_memory(soma_device *device);

/* Null on failure. */
SOMA_API void *soma_alloc(soma_device *device, uint64_t bytes);
SOMA_API void soma_free(soma_device *device, void *block);
SOMA_API int32_t soma_upload(soma_device *device, void *block, const void *host, uint64_t bytes);
/* Waits until all kernels called before are done. */
SOMA_API int32_t soma_download(soma_device *device, void *host, const void *block, uint64_t bytes);
/* A linear map's (depth, width) matrix from host memory, in the library's layout; null on failure. */
SOMA_API void *soma_weight(soma_device *device, const float *host, uint64_t depth, uint64_t width);

SOMA_API int32_t soma_embed(soma_device *device, float *out, const float *table,
                            const uint32_t *tokens, uint64_t rows, uint64_t dim);
SOMA_API int32_t soma_norm(soma_device *device, float *out, const float *input, const float *gamma,
                           const float *beta, uint64_t rows, uint64_t dim);
SOMA_API int32_t soma_linear(soma_device *device, float *out, const float *input,
                             const void *weight, const float *bias, uint64_t rows, uint64_t depth,
                             uint64_t width, int32_t mode);
SOMA_API int32_t soma_rotate(soma_device *device, float *features, const float *cos,
                             const float *sin, uint64_t rows, uint64_t heads, uint64_t head_dim);
SOMA_API int32_t soma_attend(soma_device *device, float *out, const float *query, const float *key,
                             const float *value, uint64_t sequences, uint64_t positions,
                             uint64_t heads, uint64_t head_dim);
SOMA_API int32_t soma_cross_entropy(soma_device *device, float *out, const float *logits,
                                    const uint32_t *targets, uint64_t rows, uint64_t vocabulary);
SOMA_API int32_t soma_sigreg(soma_device *device, float *out, const float *slices,
                             const float *knots, uint64_t rows);
SOMA_API int32_t soma_column_sums(soma_device *device, float *out, const float *input,
                                  uint64_t sequences, uint64_t positions, uint64_t dim);

#ifdef __cplusplus
}
#endif

#endif
