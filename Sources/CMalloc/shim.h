#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Serves pieces of up to so many bytes from memory that is kept; else glibc maps those from 128 KiB on one by one, 16 bytes
/// behind the start of a page. Does nothing with another C library.
static inline void malloc_keep_large_pieces(int largest) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, largest);
    mallopt(M_TRIM_THRESHOLD, 4 * largest);
#endif
}
