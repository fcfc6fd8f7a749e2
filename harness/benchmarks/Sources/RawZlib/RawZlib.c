#include "RawZlib.h"

#include <stdlib.h>
#include <zlib.h>

struct raw_zlib {
    z_stream stream;
    int deflates;
};

raw_zlib *raw_deflater(int level) {
    raw_zlib *made = calloc(1, sizeof *made);
    made->deflates = 1;
    if (deflateInit2(&made->stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) abort();
    return made;
}

raw_zlib *raw_inflater(void) {
    raw_zlib *made = calloc(1, sizeof *made);
    if (inflateInit2(&made->stream, -15) != Z_OK) abort();
    return made;
}

void raw_zlib_reset(raw_zlib *made) {
    if (made->deflates) {
        deflateReset(&made->stream);
    } else {
        inflateReset(&made->stream);
    }
}

size_t raw_deflate(raw_zlib *made, const void *input, size_t count, void *output, size_t room) {
    z_stream *stream = &made->stream;
    stream->next_in = (Bytef *)input;
    stream->avail_in = (uInt)count;
    stream->next_out = output;
    stream->avail_out = (uInt)room;
    if (deflate(stream, Z_SYNC_FLUSH) != Z_OK || stream->avail_out == 0) return 0;
    return room - stream->avail_out - 4;
}

size_t raw_inflate(raw_zlib *made, const void *input, size_t count, void *output, size_t room) {
    static const Bytef tail[4] = {0, 0, 0xFF, 0xFF};
    z_stream *stream = &made->stream;
    stream->next_in = (Bytef *)input;
    stream->avail_in = (uInt)count;
    stream->next_out = output;
    stream->avail_out = (uInt)room;
    inflate(stream, Z_SYNC_FLUSH);
    stream->next_in = (Bytef *)tail;
    stream->avail_in = 4;
    inflate(stream, Z_SYNC_FLUSH);
    return room - stream->avail_out;
}
