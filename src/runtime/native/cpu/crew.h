/*
 * A crew of threads that work on shares of one task at a time; the caller is one of them.
 */
#ifndef SOMA_CREW_H
#define SOMA_CREW_H

#include <stdint.h>

typedef struct soma_crew soma_crew;

/* Does the share of `thread`. */
typedef void (*soma_share)(void *task, uint64_t thread, uint64_t threads);

/* Null if threads cannot be started. */
soma_crew *soma_crew_open(uint64_t threads);
void soma_crew_close(soma_crew *crew);
uint64_t soma_crew_threads(const soma_crew *crew);
/* Returns when all shares are done. */
void soma_crew_run(soma_crew *crew, soma_share share, void *task);

#endif
