#include "AllocationCounter.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

// The program's own definitions come before those of the C library, also for the Swift runtime and zlib.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Per thread and not atomic: the benchmark has one thread, and counting must not slow what is measured.
static _Thread_local uint64_t allocations;

uint64_t allocation_count(void) { return allocations; }

void allocation_plant(size_t count) {
    for (size_t index = 0; index < count; index++) {
        void *volatile memory = malloc(64);
        free(memory);
    }
}

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    allocations++;
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    allocations++;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
