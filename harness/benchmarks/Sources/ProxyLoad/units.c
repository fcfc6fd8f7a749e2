#include "units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { frame_size = 64 << 10, stream_size = 16 * frame_size };

static const uint8_t mask[4] = {0x37, 0xFA, 0x21, 0x3D};

static char letter(uint64_t index) { return (char)('a' + index % 23); }

/// The head of a frame; `first` is its first byte. The number of bytes written.
static uint64_t put_head(char *frame, int first, uint64_t payload, int is_masked) {
    uint64_t count = 2;
    frame[0] = (char)first;
    if (payload < 126) {
        frame[1] = (char)payload;
    } else if (payload < 1 << 16) {
        frame[1] = 126;
        frame[count++] = (char)(payload >> 8);
        frame[count++] = (char)payload;
    } else {
        frame[1] = 127;
        for (int shift = 56; shift >= 0; shift -= 8) frame[count++] = (char)(payload >> shift);
    }
    if (is_masked) {
        frame[1] |= (char)0x80;
        memcpy(frame + count, mask, 4);
        count += 4;
    }
    return count;
}

static struct unit frame(int first, uint64_t payload, int is_masked) {
    char *bytes = malloc(payload + 14);
    uint64_t head = put_head(bytes, first, payload, is_masked);
    for (uint64_t index = 0; index < payload; index++) {
        bytes[head + index] = (char)(letter(index) ^ (is_masked ? mask[index % 4] : 0));
    }
    return (struct unit){bytes, head + payload, head + payload};
}

/// Frames of 64 KiB with their heads.
static struct unit stream(uint64_t length, int is_masked) {
    char *bytes = malloc(stream_size);
    for (uint64_t index = 0; index < stream_size; index++) bytes[index] = letter(index);
    for (uint64_t start = 0; start < stream_size; start += frame_size) {
        put_head(bytes + start, 0x82, frame_size - (is_masked ? 8 : 4), is_masked);
    }
    return (struct unit){bytes, stream_size, length};
}

static struct unit post(uint64_t size, const char *cookie) {
    char *bytes = malloc(size + 1000);
    int head = sprintf(
        bytes,
        "POST /echo/000/atonce00/xhr_send HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n"
        "Origin: http://127.0.0.1\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: %ju\r\n%s%.300s%s\r\n",
        (uintmax_t)size, *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "");
    for (uint64_t index = 0; index < size; index++) bytes[head + (int)index] = letter(index);
    return (struct unit){bytes, (uint64_t)head + size, (uint64_t)head + size};
}

struct unit request_unit(struct proxy_load_plan plan, const char *cookie) {
    switch (plan.kind) {
        case proxy_load_echo: return frame(0x81, plan.size, 1);
        case proxy_load_upload: return stream(plan.size, 1);
        case proxy_load_download: return frame(0x81, 0, 1);
        case proxy_load_post: return post(plan.size, cookie);
    }
    abort();
}

struct unit answer_unit(struct proxy_load_plan plan) {
    switch (plan.kind) {
        case proxy_load_echo: return frame(0x81, plan.size, 0);
        case proxy_load_upload: return frame(0x82, 0, 0);
        case proxy_load_download: return stream(plan.size, 0);
        case proxy_load_post: return (struct unit){NULL, 0, 0};
    }
    abort();
}

void upgrade_request(struct proxy_load_plan plan, char *request, size_t room) {
    char path[40] = "/echo/websocket";
    if (plan.kind == proxy_load_upload) snprintf(path, sizeof path, "/sink/%ju", (uintmax_t)plan.size);
    if (plan.kind == proxy_load_download) snprintf(path, sizeof path, "/source/%ju", (uintmax_t)plan.size);
    snprintf(
        request, room,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        path);
}
