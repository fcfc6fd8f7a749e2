#ifndef RAW_ZLIB_H
#define RAW_ZLIB_H

#include <stddef.h>

/// A bare deflater or inflater with a 15-bit window, as RFC 7692 uses zlib.
typedef struct raw_zlib raw_zlib;

raw_zlib *raw_deflater(int level);
raw_zlib *raw_inflater(void);
void raw_zlib_reset(raw_zlib *stream);

/// Compresses a message with a sync flush; the bytes written without the 4 of the flush, 0 if they don't fit.
size_t raw_deflate(raw_zlib *stream, const void *input, size_t count, void *output, size_t room);

/// Inflates a message and the 4 bytes of its flush; the bytes written.
size_t raw_inflate(raw_zlib *stream, const void *input, size_t count, void *output, size_t room);

#endif
