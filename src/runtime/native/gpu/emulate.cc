/*
 * A driver that runs the kernels on the processor, so that their logic can be tested where there is
 * no GPU: the same source, the same blocks, threads and barriers, one thread at a time. It says
 * nothing about what only hardware has: warps, caches, races between threads.
 */
#define SOMA_EMULATE
#include "kernels.cu"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <utility>

#include "driver.h"

emulated_index threadIdx, blockIdx;

namespace {

constexpr unsigned THREADS_MAX = 256;
constexpr size_t STACK_BYTES = 32768;

/* The kernel that runs, with its arguments. */
void (*run)(void **);
void **arguments;

/* A fiber is entered once by its context and from then on by jumps, which cost no system call. */
jmp_buf scheduler, fibers[THREADS_MAX];
bool started[THREADS_MAX], done[THREADS_MAX];
unsigned current;

void yield() {
  if (_setjmp(fibers[current]) == 0) _longjmp(scheduler, 1);
}

/* Runs the thread of one block after another. */
void live() {
  for (;;) {
    run(arguments);
    done[current] = true;
    yield();
  }
}

void start() {
  static char *stacks = static_cast<char *>(malloc(THREADS_MAX * STACK_BYTES));
  ucontext_t context;
  started[current] = true;
  getcontext(&context);
  context.uc_stack.ss_sp = stacks + current * STACK_BYTES;
  context.uc_stack.ss_size = STACK_BYTES;
  context.uc_link = nullptr;
  makecontext(&context, live, 0);
  setcontext(&context);
}

/* Runs a thread to its next barrier or its end; returns whether it goes on after that. */
bool advance(unsigned thread) {
  if (done[thread]) return false;
  current = thread;
  threadIdx = {thread, 0, 0};
  if (_setjmp(scheduler) == 0) {
    if (!started[thread]) start();
    _longjmp(fibers[thread], 1);
  }
  return !done[current];
}

/* From barrier to barrier the threads take turns up and down, so that a missing one shows. */
void run_block(unsigned threads) {
  for (unsigned thread = 0; thread < threads; thread++) done[thread] = false;
  bool goes_on = true;
  for (bool up = true; goes_on; up = !up) {
    goes_on = false;
    for (unsigned i = 0; i < threads; i++) {
      if (advance(up ? i : threads - 1 - i)) goes_on = true;
    }
  }
}

template <typename... P, size_t... I>
void call(void (*kernel)(P...), void **args, std::index_sequence<I...>) {
  kernel(*static_cast<P *>(args[I])...);
}

template <typename... P> void call(void (*kernel)(P...), void **args) {
  call(kernel, args, std::index_sequence_for<P...>());
}

#define CALL(name) [](void **args) { call(soma_gpu_##name, args); },
void (*const KERNELS[])(void **) = {SOMA_GPU_KERNELS(CALL)};

} // namespace

void __syncthreads() { yield(); }

int driver_count(int *count) {
  *count = 1;
  return 0;
}

int driver_open(int, char *text, size_t size) {
  snprintf(text, size, "GPU kernels on the processor\nemulation");
  return 0;
}

int driver_memory(size_t *free_bytes) {
  *free_bytes = static_cast<size_t>(4) << 30;
  return 0;
}

int driver_alloc(void **block, size_t bytes) {
  *block = malloc(bytes);
  return *block == nullptr ? soma_fail("no memory") : 0;
}

int driver_free(void *block) {
  free(block);
  return 0;
}

int driver_upload(void *block, const void *host, size_t bytes) {
  memcpy(block, host, bytes);
  return 0;
}

int driver_download(void *host, const void *block, size_t bytes) {
  memcpy(host, block, bytes);
  return 0;
}

int driver_launch(soma_gpu_kernel kernel, const unsigned grid[3], unsigned threads, void **args) {
  run = KERNELS[kernel];
  arguments = args;
  for (unsigned z = 0; z < grid[2]; z++)
    for (unsigned y = 0; y < grid[1]; y++)
      for (unsigned x = 0; x < grid[0]; x++) {
        blockIdx = {x, y, z};
        run_block(threads);
      }
  return 0;
}
