/*
 * Workers look for a task for some microseconds before they sleep, because tasks of a model follow
 * each other closely; asleep they cost nothing.
 */
#include "crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LOOKS 2000

typedef struct {
  soma_crew *crew;
  uint64_t thread;
  pthread_t handle;
} worker;

struct soma_crew {
  uint64_t threads;
  worker *workers;
  soma_share share;
  void *task;
  _Atomic uint64_t generation, done;
  _Atomic int is_over;
  pthread_mutex_t lock;
  pthread_cond_t called, finished;
};

static uint64_t await_call(soma_crew *crew, uint64_t seen) {
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load(&crew->generation) != seen) return seen + 1;
  }
  pthread_mutex_lock(&crew->lock);
  while (atomic_load(&crew->generation) == seen) pthread_cond_wait(&crew->called, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
  return seen + 1;
}

static void *work(void *argument) {
  worker *self = argument;
  soma_crew *crew = self->crew;
  for (uint64_t seen = 0;;) {
    seen = await_call(crew, seen);
    if (atomic_load(&crew->is_over)) return NULL;
    crew->share(crew->task, self->thread, crew->threads);
    if (atomic_fetch_add(&crew->done, 1) + 2 < crew->threads) continue;
    pthread_mutex_lock(&crew->lock);
    pthread_cond_signal(&crew->finished);
    pthread_mutex_unlock(&crew->lock);
  }
}

static void call(soma_crew *crew) {
  pthread_mutex_lock(&crew->lock);
  atomic_fetch_add(&crew->generation, 1);
  pthread_cond_broadcast(&crew->called);
  pthread_mutex_unlock(&crew->lock);
}

void soma_crew_run(soma_crew *crew, soma_share share, void *task) {
  crew->share = share;
  crew->task = task;
  atomic_store(&crew->done, 0);
  if (crew->threads > 1) call(crew);
  share(task, 0, crew->threads);
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load(&crew->done) + 1 == crew->threads) return;
  }
  pthread_mutex_lock(&crew->lock);
  while (atomic_load(&crew->done) + 1 < crew->threads) {
    pthread_cond_wait(&crew->finished, &crew->lock);
  }
  pthread_mutex_unlock(&crew->lock);
}

uint64_t soma_crew_threads(const soma_crew *crew) { return crew->threads; }

soma_crew *soma_crew_open(uint64_t threads) {
  soma_crew *crew = calloc(1, sizeof *crew);
  if (crew == NULL) return NULL;
  crew->threads = threads;
  crew->workers = calloc(threads, sizeof *crew->workers);
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->called, NULL);
  pthread_cond_init(&crew->finished, NULL);
  for (uint64_t thread = 1; crew->workers != NULL && thread < threads; thread++) {
    worker *self = &crew->workers[thread];
    self->crew = crew;
    self->thread = thread;
    if (pthread_create(&self->handle, NULL, work, self) == 0) continue;
    crew->threads = thread;
    soma_crew_close(crew);
    return NULL;
  }
  return crew;
}

void soma_crew_close(soma_crew *crew) {
  atomic_store(&crew->is_over, 1);
  call(crew);
  for (uint64_t thread = 1; thread < crew->threads; thread++) {
    pthread_join(crew->workers[thread].handle, NULL);
  }
  pthread_mutex_destroy(&crew->lock);
  pthread_cond_destroy(&crew->called);
  pthread_cond_destroy(&crew->finished);
  free(crew->workers);
  free(crew);
}
