/*
 * The interface of `soma-kernels.h` on a CPU: memory, threads, and the kernels of the best
 * instruction set that the processor has.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../soma-kernels.h"
#include "crew.h"
#include "vector.h"

#define ALIGNMENT 64
/* Kernels may read a little beyond the end of a block. */
#define SPARE 64
#define HUGE_PAGE (2u << 20)
#define THREADS_MAX 256
/* Instruction sets that there are kernels for. */
#define SETS 3
/* Shares begin at whole tiles of any kernel. */
#define GRAIN 24

struct soma_device {
  const soma_vector *vector;
  soma_crew *crew;
  float *scratch;
  u64 scratch_bytes;
  /* All blocks that are not freed yet: closing frees them. */
  void **blocks;
  u64 count, room;
};

static _Thread_local const char *error_text = "no error";

static int32_t fail(const char *text) {
  error_text = text;
  return 1;
}

int32_t soma_abi(void) { return SOMA_ABI; }
const char *soma_error(void) { return error_text; }

/* The instruction sets that this processor has, the best first: each counts as a device. */
static int32_t vectors_here(const soma_vector *vectors[SETS]) {
  int32_t count = 0;
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
    vectors[count++] = &soma_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) vectors[count++] = &soma_avx2;
  vectors[count++] = &soma_sse2;
  return count;
}

int32_t soma_device_count(void) {
  const soma_vector *vectors[SETS];
  return vectors_here(vectors);
}

soma_device *soma_open(int32_t index, int32_t threads) {
  const soma_vector *vectors[SETS];
  if (index < 0 || index >= vectors_here(vectors)) return fail("no such instruction set"), NULL;
  if (threads < 1 || threads > THREADS_MAX) return fail("threads are out of range"), NULL;
  soma_device *device = calloc(1, sizeof *device);
  if (device == NULL) return fail("out of memory"), NULL;
  device->vector = vectors[index];
  device->crew = soma_crew_open((u64)threads);
  if (device->crew != NULL) return device;
  free(device);
  return fail("threads cannot be started"), NULL;
}

void soma_close(soma_device *device) {
  soma_crew_close(device->crew);
  for (u64 i = 0; i < device->count; i++) free(device->blocks[i]);
  free(device->blocks);
  free(device);
}

int32_t soma_describe(soma_device *device, char *text, uint64_t size) {
  u64 threads = soma_crew_threads(device->crew);
  int written = snprintf(text, size, "CPU\n%s, %llu thread%s", device->vector->name,
                         (unsigned long long)threads, threads == 1 ? "" : "s");
  return written < 0 || (u64)written >= size ? fail("the text is too long") : 0;
}

uint64_t soma_memory(soma_device *device) {
  (void)device;
  return (u64)sysconf(_SC_PHYS_PAGES) * (u64)sysconf(_SC_PAGESIZE) / 4 * 3;
}

static int remember(soma_device *device, void *block) {
  if (device->count == device->room) {
    u64 room = device->room == 0 ? 64 : 2 * device->room;
    void **blocks = realloc(device->blocks, room * sizeof *blocks);
    if (blocks == NULL) return 0;
    device->blocks = blocks;
    device->room = room;
  }
  device->blocks[device->count++] = block;
  return 1;
}

void *soma_alloc(soma_device *device, uint64_t bytes) {
  void *block = NULL;
  u64 alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
  if (posix_memalign(&block, alignment, bytes + SPARE) != 0) {
    return fail("out of memory"), NULL;
  }
  if (!remember(device, block)) {
    free(block);
    return fail("out of memory"), NULL;
  }
  if (alignment == HUGE_PAGE) madvise(block, bytes, MADV_HUGEPAGE);
  return block;
}

void soma_free(soma_device *device, void *block) {
  for (u64 i = device->count; i-- > 0;) {
    if (device->blocks[i] != block) continue;
    device->blocks[i] = device->blocks[--device->count];
    free(block);
    return;
  }
}

int32_t soma_upload(soma_device *device, void *block, const void *host, uint64_t bytes) {
  (void)device;
  memcpy(block, host, bytes);
  return 0;
}

int32_t soma_download(soma_device *device, void *host, const void *block, uint64_t bytes) {
  (void)device;
  memcpy(host, block, bytes);
  return 0;
}

/* A task whose units are shared out in ranges. */
typedef struct range_task {
  u64 units, grain;
  void (*work)(const struct range_task *task, u64 thread, u64 first, u64 end);
  soma_device *device;
  u64 scratch_bytes;
  float *out;
  const float *inputs[4];
  const uint32_t *whole;
  u64 sizes[3];
  linear_job linear;
} range_task;

static void share_range(void *argument, u64 thread, u64 threads) {
  const range_task *task = argument;
  u64 share = (task->units / threads / task->grain + 1) * task->grain;
  u64 first = thread * share, end = first + share < task->units ? first + share : task->units;
  if (first < end) task->work(task, thread, first, end);
}

static int32_t run_range(range_task *task) {
  if (task->grain == 0) task->grain = GRAIN;
  soma_crew_run(task->device->crew, share_range, task);
  return 0;
}

/* Room for every thread; null if there is none. */
static float *scratch_for(soma_device *device, u64 bytes) {
  u64 total = bytes * soma_crew_threads(device->crew);
  if (total > device->scratch_bytes) {
    soma_free(device, device->scratch);
    device->scratch = soma_alloc(device, total);
    device->scratch_bytes = device->scratch == NULL ? 0 : total;
  }
  return device->scratch;
}

static float *scratch_of(const soma_device *device, u64 bytes, u64 thread) {
  return (float *)((char *)device->scratch + bytes * thread);
}

static void pack_share(const range_task *task, u64 thread, u64 first, u64 end) {
  (void)thread;
  task->device->vector->pack(task->out, task->inputs[0], task->sizes, first, end);
}

void *soma_weight(soma_device *device, const float *host, uint64_t depth, uint64_t width) {
  u64 columns = device->vector->columns, panels = (width + columns - 1) / columns;
  float *block = soma_alloc(device, panels * columns * depth * 4);
  if (block == NULL) return NULL;
  range_task task = {.units = panels, .grain = 1, .work = pack_share, .device = device, .out = block,
                     .inputs = {host}, .sizes = {depth, width}};
  run_range(&task);
  return block;
}

static void embed_share(const range_task *task, u64 thread, u64 first, u64 end) {
  (void)thread;
  u64 dim = task->sizes[0];
  for (u64 row = first; row < end; row++) {
    memcpy(task->out + row * dim, task->inputs[0] + task->whole[row] * dim, dim * 4);
  }
}

int32_t soma_embed(soma_device *device, float *out, const float *table, const uint32_t *tokens,
                   uint64_t rows, uint64_t dim) {
  range_task task = {.units = rows, .work = embed_share, .device = device, .out = out,
                     .inputs = {table}, .whole = tokens, .sizes = {dim}};
  return run_range(&task);
}

static void norm_share(const range_task *task, u64 thread, u64 first, u64 end) {
  (void)thread;
  task->device->vector->norm(task->out, task->inputs[0], task->inputs[1], task->inputs[2],
                             task->sizes[0], first, end);
}

int32_t soma_norm(soma_device *device, float *out, const float *input, const float *gamma,
                  const float *beta, uint64_t rows, uint64_t dim) {
  range_task task = {.units = rows, .work = norm_share, .device = device, .out = out,
                     .inputs = {input, gamma, beta}, .sizes = {dim}};
  return run_range(&task);
}

static void linear_share(const range_task *task, u64 thread, u64 first, u64 end) {
  float *scratch = scratch_of(task->device, task->scratch_bytes, thread);
  task->device->vector->linear(&task->linear, scratch, first, end);
}

int32_t soma_linear(soma_device *device, float *out, const float *input, const void *weight,
                    const float *bias, uint64_t rows, uint64_t depth, uint64_t width,
                    int32_t mode) {
  u64 bytes = device->vector->linear_scratch;
  if (scratch_for(device, bytes) == NULL) return 1;
  range_task task = {.units = rows, .work = linear_share, .device = device, .scratch_bytes = bytes,
                     .linear = {.out = out, .input = input, .weight = weight, .bias = bias,
                                .depth = depth, .width = width, .mode = mode}};
  return run_range(&task);
}

static void rotate_share(const range_task *task, u64 thread, u64 first, u64 end) {
  (void)thread;
  u64 heads = task->sizes[0], half = task->sizes[1] / 2;
  for (u64 row = first; row < end; row++) {
    const float *cosine = task->inputs[0] + row * half, *sine = task->inputs[1] + row * half;
    for (u64 head = 0; head < heads; head++) {
      float *low = task->out + (row * heads + head) * 2 * half, *high = low + half;
      for (u64 i = 0; i < half; i++) {
        float a = low[i], b = high[i];
        low[i] = a * cosine[i] - b * sine[i];
        high[i] = b * cosine[i] + a * sine[i];
      }
    }
  }
}

int32_t soma_rotate(soma_device *device, float *features, const float *cos, const float *sin,
                    uint64_t rows, uint64_t heads, uint64_t head_dim) {
  range_task task = {.units = rows, .work = rotate_share, .device = device, .out = features,
                     .inputs = {cos, sin}, .sizes = {heads, head_dim}};
  return run_range(&task);
}

typedef struct {
  attend_job job;
  soma_device *device;
  u64 scratch_bytes;
} attend_task;

static void attend_share(void *argument, u64 thread, u64 threads) {
  const attend_task *task = argument;
  float *scratch = scratch_of(task->device, task->scratch_bytes, thread);
  task->device->vector->attend(&task->job, scratch, thread, threads);
}

int32_t soma_attend(soma_device *device, float *out, const float *query, const float *key,
                    const float *value, uint64_t sequences, uint64_t positions, uint64_t heads,
                    uint64_t head_dim) {
  u64 bytes = device->vector->attend_scratch(positions, head_dim);
  bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (scratch_for(device, bytes) == NULL) return 1;
  attend_task task = {.job = {.out = out, .query = query, .key = key, .value = value,
                              .units = sequences * heads, .positions = positions, .heads = heads,
                              .head_dim = head_dim},
                      .device = device, .scratch_bytes = bytes};
  soma_crew_run(device->crew, attend_share, &task);
  return 0;
}

static void cross_entropy_share(const range_task *task, u64 thread, u64 first, u64 end) {
  (void)thread;
  task->device->vector->cross_entropy(task->out, task->inputs[0], task->whole, task->sizes[0],
                                      first, end);
}

int32_t soma_cross_entropy(soma_device *device, float *out, const float *logits,
                           const uint32_t *targets, uint64_t rows, uint64_t vocabulary) {
  range_task task = {.units = rows, .work = cross_entropy_share, .device = device, .out = out,
                     .inputs = {logits}, .whole = targets, .sizes = {vocabulary}};
  return run_range(&task);
}

static void sigreg_share(const range_task *task, u64 thread, u64 first, u64 end) {
  (void)thread;
  task->device->vector->sigreg(task->out, task->inputs[0], task->inputs[1], first, end);
}

int32_t soma_sigreg(soma_device *device, float *out, const float *slices, const float *knots,
                    uint64_t rows) {
  range_task task = {.units = rows, .work = sigreg_share, .device = device, .out = out,
                     .inputs = {slices, knots}};
  return run_range(&task);
}

static void column_sums_share(const range_task *task, u64 thread, u64 first, u64 end) {
  (void)thread;
  u64 positions = task->sizes[0], dim = task->sizes[1];
  for (u64 column = first; column < end; column++) {
    const float *from = task->inputs[0] + column / dim * positions * dim + column % dim;
    double sum = 0;
    for (u64 row = 0; row < positions; row++) sum += from[row * dim];
    task->out[column] = (float)sum;
  }
}

int32_t soma_column_sums(soma_device *device, float *out, const float *input, uint64_t sequences,
                         uint64_t positions, uint64_t dim) {
  range_task task = {.units = sequences * dim, .work = column_sums_share, .device = device,
                     .out = out, .inputs = {input}, .sizes = {positions, dim}};
  return run_range(&task);
}
