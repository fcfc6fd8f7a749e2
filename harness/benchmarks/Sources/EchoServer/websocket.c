#include <string.h>

#include "connection.h"

enum { opcode_close = 8, opcode_ping = 9, opcode_pong = 10, longest_head = 14 };

/// The length of a client's frame head that begins so; 0 if that can't be told yet.
static size_t head_length(const uint8_t *head, size_t count) {
    if (count < 2) return 0;
    size_t length = head[1] & 0x7F;
    return 6 + (length == 126 ? 2 : length == 127 ? 8 : 0);
}

/// Answers the head of a frame with the head of its echo; 0 if no client sends it.
static int begin(struct connection *connection, const uint8_t *head, size_t length) {
    if (!(head[1] & 0x80)) return 0;
    uint8_t answer[10] = {head[0], head[1] & 0x7F};
    size_t extra = length - 6;
    memcpy(answer + 2, head + 2, extra);
    memcpy(connection->mask, head + 2 + extra, 4);
    connection->left = answer[1];
    if (extra > 0) connection->left = 0;
    for (size_t index = 0; index < extra; index++) connection->left = connection->left << 8 | answer[2 + index];
    int opcode = head[0] & 0x0F;
    if (opcode == opcode_ping) answer[0] = 0x80 | opcode_pong;
    connection->is_dropped = opcode == opcode_pong;
    if (opcode == opcode_close) connection->is_ending = 1;
    if (opcode < opcode_close) statistics.messages++;
    if (!connection->is_dropped) put(connection, answer, 2 + extra);
    return 1;
}

static void echo_payload(struct connection *connection, const char *bytes, size_t count) {
    static char unmasked[1 << 18];
    uint8_t key[8];
    uint64_t word, mask;
    memcpy(key, connection->mask, 4);
    memcpy(key + 4, connection->mask, 4);
    memcpy(&mask, key, 8);
    size_t index = 0;
    for (; index + 8 <= count; index += 8) {
        memcpy(&word, bytes + index, 8);
        word ^= mask;
        memcpy(unmasked + index, &word, 8);
    }
    for (; index < count; index++) unmasked[index] = (char)(bytes[index] ^ key[index % 4]);
    // The next piece of the payload begins at another byte of the mask.
    for (int place = 0; place < 4; place++) connection->mask[place] = key[(place + count) % 4];
    if (!connection->is_dropped) put(connection, unmasked, count);
}

ssize_t receive_frames(struct connection *connection, const char *bytes, size_t count) {
    if (connection->left > 0) {
        size_t used = connection->left < count ? connection->left : count;
        echo_payload(connection, bytes, used);
        connection->left -= used;
        return (ssize_t)used;
    }
    if (connection->head_length == 0) {
        size_t length = head_length((const uint8_t *)bytes, count);
        if (length > 0 && length <= count) return begin(connection, (const uint8_t *)bytes, length) ? (ssize_t)length : -1;
    }
    size_t before = connection->head_length;
    size_t joined = join_head(connection, bytes, count, longest_head);
    size_t length = head_length((uint8_t *)connection->head, connection->head_length);
    if (length == 0 || length > connection->head_length) return (ssize_t)joined;
    int is_known = begin(connection, (uint8_t *)connection->head, length);
    forget_head(connection);
    return is_known ? (ssize_t)(length - before) : -1;
}
