/*
 * soma-kernels.h on a GPU: every function launches kernels of kernels.cu. The weight of a linear
 * map is padded with zeros to whole tiles; attention keeps the scores of a few sequences in a block
 * of its own.
 */
#include "../soma-kernels.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

enum { TILE = 128, DEEP = 16, THREADS = 256, ROW_THREADS = 128 };

/* What the scores of attention may take, unless those of one sequence need more. */
static const uint64_t SCORES_BYTES = (uint64_t)1 << 28;
/* Left to the driver and to whoever draws the screen. */
static const double MEMORY_SHARE = 0.9;

struct soma_device {
  char text[512];
  float *scores;
  uint64_t scores_bytes;
};

static _Thread_local char failure[512];

int soma_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure, sizeof failure, format, arguments);
  va_end(arguments);
  return -1;
}

int32_t soma_abi(void) { return SOMA_ABI; }

const char *soma_error(void) { return failure; }

int32_t soma_device_count(void) {
  int count = 0;
  return driver_count(&count) == 0 ? count : -1;
}

soma_device *soma_open(int32_t index, int32_t threads) {
  (void)threads;
  const int32_t count = soma_device_count();
  if (count < 0) return NULL;
  if (index < 0 || index >= count) {
    soma_fail("there is no device %d; the driver has %d", index, count);
    return NULL;
  }
  soma_device *device = calloc(1, sizeof *device);
  if (device == NULL || driver_open(index, device->text, sizeof device->text) == 0) return device;
  free(device);
  return NULL;
}

void soma_close(soma_device *device) {
  if (device->scores != NULL) driver_free(device->scores);
  free(device);
}

int32_t soma_describe(soma_device *device, char *text, uint64_t size) {
  snprintf(text, size, "%s", device->text);
  return 0;
}

uint64_t soma_memory(soma_device *device) {
  (void)device;
  size_t bytes = 0;
  if (driver_memory(&bytes) != 0) return 0;
  const double kept = MEMORY_SHARE * (double)bytes - (double)SCORES_BYTES;
  return kept > 0 ? (uint64_t)kept : 1;
}

void *soma_alloc(soma_device *device, uint64_t bytes) {
  (void)device;
  void *block = NULL;
  return driver_alloc(&block, bytes) == 0 ? block : NULL;
}

void soma_free(soma_device *device, void *block) {
  (void)device;
  driver_free(block);
}

int32_t soma_upload(soma_device *device, void *block, const void *host, uint64_t bytes) {
  (void)device;
  return driver_upload(block, host, bytes);
}

int32_t soma_download(soma_device *device, void *host, const void *block, uint64_t bytes) {
  (void)device;
  return driver_download(host, block, bytes);
}

static uint64_t whole(uint64_t size, uint64_t part) { return (size + part - 1) / part * part; }

/* A copy of `host`, (depth, width), with zeros around it; null without memory. */
static float *padded(const float *host, uint64_t depth, uint64_t width) {
  const uint64_t columns = whole(width, TILE);
  float *copy = calloc(whole(depth, DEEP) * columns, sizeof *copy);
  for (uint64_t row = 0; copy != NULL && row < depth; row++) {
    memcpy(copy + row * columns, host + row * width, width * sizeof *copy);
  }
  return copy;
}

void *soma_weight(soma_device *device, const float *host, uint64_t depth, uint64_t width) {
  const uint64_t bytes = whole(depth, DEEP) * whole(width, TILE) * sizeof *host;
  void *block = soma_alloc(device, bytes);
  if (block == NULL) return NULL;
  const int is_whole = bytes == depth * width * sizeof *host;
  float *copy = is_whole ? NULL : padded(host, depth, width);
  const int code = is_whole        ? driver_upload(block, host, bytes)
                   : copy == NULL ? soma_fail("no memory for a copy of a weight")
                                  : driver_upload(block, copy, bytes);
  free(copy);
  if (code == 0) return block;
  driver_free(block);
  return NULL;
}

static unsigned tiles(uint64_t size, uint64_t tile) { return (unsigned)((size + tile - 1) / tile); }

#define LAUNCH(kernel, threads, x, y, z, ...)                                                      \
  driver_launch(kernel, (const unsigned[]){x, y, z}, threads, (void *[]){__VA_ARGS__})

int32_t soma_embed(soma_device *device, float *out, const float *table, const uint32_t *tokens,
                   uint64_t rows, uint64_t dim) {
  (void)device;
  return LAUNCH(SOMA_GPU_embed, ROW_THREADS, tiles(dim, ROW_THREADS), (unsigned)rows, 1, &out,
                &table, &tokens, &dim);
}

int32_t soma_norm(soma_device *device, float *out, const float *input, const float *gamma,
                  const float *beta, uint64_t rows, uint64_t dim) {
  (void)device;
  return LAUNCH(SOMA_GPU_norm, ROW_THREADS, (unsigned)rows, 1, 1, &out, &input, &gamma, &beta,
                &dim);
}

int32_t soma_linear(soma_device *device, float *out, const float *input, const void *weight,
                    const float *bias, uint64_t rows, uint64_t depth, uint64_t width,
                    int32_t mode) {
  (void)device;
  return LAUNCH(SOMA_GPU_linear, THREADS, tiles(width, TILE), tiles(rows, TILE), 1, &out, &input,
                &weight, &bias, &rows, &depth, &width, &mode);
}

int32_t soma_rotate(soma_device *device, float *features, const float *cos, const float *sin,
                    uint64_t rows, uint64_t heads, uint64_t head_dim) {
  (void)device;
  return LAUNCH(SOMA_GPU_rotate, ROW_THREADS, tiles(heads * head_dim / 2, ROW_THREADS),
                (unsigned)rows, 1, &features, &cos, &sin, &heads, &head_dim);
}

/* Makes room for `bytes` of scores. */
static int grow_scores(soma_device *device, uint64_t bytes) {
  if (device->scores_bytes >= bytes) return 0;
  if (device->scores != NULL) driver_free(device->scores);
  device->scores = NULL;
  device->scores_bytes = 0;
  if (driver_alloc((void **)&device->scores, bytes) != 0) return -1;
  device->scores_bytes = bytes;
  return 0;
}

int32_t soma_attend(soma_device *device, float *out, const float *query, const float *key,
                    const float *value, uint64_t sequences, uint64_t positions, uint64_t heads,
                    uint64_t head_dim) {
  const uint64_t each = heads * positions * positions * sizeof(float);
  const uint64_t fit = SCORES_BYTES / each;
  const uint64_t some = fit < 1 ? 1 : fit < sequences ? fit : sequences;
  if (grow_scores(device, some * each) != 0) return -1;
  float *scores = device->scores;
  for (uint64_t first = 0; first < sequences; first += some) {
    const uint64_t rest = sequences - first;
    const unsigned batches = (unsigned)((rest < some ? rest : some) * heads);
    const uint64_t begin = first * positions * heads * head_dim;
    const float *q = query + begin, *k = key + begin, *v = value + begin;
    float *to = out + begin;
    const unsigned side = tiles(positions, TILE);
    if (LAUNCH(SOMA_GPU_scores, THREADS, side, side, batches, &scores, &q, &k, &positions, &heads,
               &head_dim) != 0 ||
        LAUNCH(SOMA_GPU_softmax, ROW_THREADS, (unsigned)positions, batches, 1, &scores,
               &positions) != 0 ||
        LAUNCH(SOMA_GPU_mix, THREADS, tiles(head_dim, TILE), side, batches, &to, &scores, &v,
               &positions, &heads, &head_dim) != 0) {
      return -1;
    }
  }
  return 0;
}

int32_t soma_cross_entropy(soma_device *device, float *out, const float *logits,
                           const uint32_t *targets, uint64_t rows, uint64_t vocabulary) {
  (void)device;
  return LAUNCH(SOMA_GPU_cross_entropy, ROW_THREADS, (unsigned)rows, 1, 1, &out, &logits, &targets,
                &vocabulary);
}

int32_t soma_sigreg(soma_device *device, float *out, const float *slices, const float *knots,
                    uint64_t rows) {
  (void)device;
  return LAUNCH(SOMA_GPU_sigreg, ROW_THREADS, (unsigned)rows, 1, 1, &out, &slices, &knots);
}

int32_t soma_column_sums(soma_device *device, float *out, const float *input, uint64_t sequences,
                         uint64_t positions, uint64_t dim) {
  (void)device;
  return LAUNCH(SOMA_GPU_column_sums, ROW_THREADS, tiles(dim, ROW_THREADS), (unsigned)sequences, 1,
                &out, &input, &positions, &dim);
}
