#ifndef STICKLER_CZLIB_SHIM_H
#define STICKLER_CZLIB_SHIM_H

#include <zlib.h>

// The init functions of zlib are macros, which Swift can't import.
static inline int stickler_deflateInit2(z_streamp stream, int level, int method, int windowBits, int memLevel,
                                        int strategy) {
    return deflateInit2(stream, level, method, windowBits, memLevel, strategy);
}

static inline int stickler_inflateInit2(z_streamp stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}

#endif
