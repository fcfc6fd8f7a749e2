#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stddef.h>
#include <stdint.h>

/// Calls of malloc, calloc, realloc and their aligned kin in this process so far.
uint64_t allocation_count(void);

/// Allocates and frees `count` times; to show that each one is counted.
void allocation_plant(size_t count);

#endif
