#include <string.h>

#include "connection.h"

// SHA-1 (FIPS 180-4) and base64 (RFC 4648), as far as the opening handshake needs them (RFC 6455 §4.2.2).

static uint32_t rotated(uint32_t word, int bits) { return word << bits | word >> (32 - bits); }

static void sha1_block(uint32_t state[5], const uint8_t block[64]) {
    uint32_t words[80];
    for (int index = 0; index < 16; index++) {
        const uint8_t *at = block + 4 * index;
        words[index] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    for (int index = 16; index < 80; index++) {
        words[index] = rotated(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int index = 0; index < 80; index++) {
        uint32_t mixed, constant;
        switch (index / 20) {
            case 0: mixed = (b & c) | (~b & d), constant = 0x5A827999; break;
            case 1: mixed = b ^ c ^ d, constant = 0x6ED9EBA1; break;
            case 2: mixed = (b & c) | (b & d) | (c & d), constant = 0x8F1BBCDC; break;
            default: mixed = b ^ c ^ d, constant = 0xCA62C1D6;
        }
        uint32_t next = rotated(a, 5) + mixed + e + constant + words[index];
        e = d, d = c, c = rotated(b, 30), b = a, a = next;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

/// Of at most 119 bytes.
static void sha1(const char *bytes, size_t count, uint8_t digest[20]) {
    uint32_t state[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    uint8_t padded[128] = {0};
    memcpy(padded, bytes, count);
    padded[count] = 0x80;
    size_t size = count < 56 ? 64 : 128;
    padded[size - 2] = (uint8_t)(count * 8 >> 8);
    padded[size - 1] = (uint8_t)(count * 8);
    for (size_t block = 0; block < size; block += 64) sha1_block(state, padded + block);
    for (int index = 0; index < 20; index++) digest[index] = (uint8_t)(state[index / 4] >> (24 - index % 4 * 8));
}

void websocket_accept(const char *key, size_t length, char answer[29]) {
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char joined[119];
    uint8_t digest[21] = {0};
    if (length > sizeof joined - sizeof magic) length = sizeof joined - sizeof magic;
    memcpy(joined, key, length);
    memcpy(joined + length, magic, sizeof magic - 1);
    sha1(joined, length + sizeof magic - 1, digest);
    for (int index = 0; index < 28; index++) {
        int bit = index * 6;
        unsigned pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1 < 21 ? bit / 8 + 1 : 20];
        answer[index] = digits[pair >> (10 - bit % 8) & 63];
    }
    answer[27] = '=';
    answer[28] = 0;
}
