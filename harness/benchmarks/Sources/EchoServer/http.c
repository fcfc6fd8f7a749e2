#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "connection.h"

enum { head_limit = 16 << 10 };

static void put_text(struct connection *connection, const char *text) { put(connection, text, strlen(text)); }

/// Where the value of a field begins, and its length; null if the head has none of that name.
static const char *field(const char *head, const char *name, size_t *length) {
    size_t wanted = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, wanted) != 0 || line[2 + wanted] != ':') continue;
        const char *value = line + 3 + wanted;
        while (*value == ' ' || *value == '\t') value++;
        *length = strcspn(value, "\r");
        return value;
    }
    return NULL;
}

static int is_named(const char *head, const char *path) {
    const char *target = strchr(head, ' ');
    return target && strncmp(target + 1, path, strlen(path)) == 0;
}

void put_head(struct connection *connection, const char *type, size_t count) {
    char head[200];
    snprintf(
        head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nCache-Control: no-store\r\nContent-Length: %zu\r\n\r\n", type, count);
    put_text(connection, head);
}

void put_no_content(struct connection *connection) {
    put_text(
        connection,
        "HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n");
}

static void put_statistics(struct connection *connection) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    char body[300];
    int count = snprintf(
        body, sizeof body,
        "{\"open\": %ju, \"peak\": %ju, \"accepted\": %ju, \"upgrades\": %ju, \"messages\": %ju, \"requests\": %ju, "
        "\"cpu\": %.6f}\n",
        (uintmax_t)statistics.open, (uintmax_t)statistics.peak, (uintmax_t)statistics.accepted,
        (uintmax_t)statistics.upgrades, (uintmax_t)statistics.messages, (uintmax_t)statistics.requests, cpu);
    put_head(connection, "application/json", (size_t)count);
    put(connection, body, (size_t)count);
}

static int upgrade(struct connection *connection, const char *head, const char *key, size_t length) {
    char accept[29], answer[200];
    if (length != 24) return 0;
    websocket_accept(key, length, accept);
    snprintf(
        answer, sizeof answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n",
        accept);
    put_text(connection, answer);
    connection->mode = is_named(head, "/sink/") ? sink : is_named(head, "/source/") ? source : echo;
    if (connection->mode != echo) {
        const char *number = strpbrk(head, "0123456789");
        connection->unit = number ? strtoull(number, NULL, 10) : 0;
        if (connection->unit == 0) return 0;
    }
    statistics.upgrades++;
    return 1;
}

/// Answers a whole head that a zero ends; 0 if no peer of ours sends it.
static int answer(struct connection *connection, const char *head) {
    size_t length;
    const char *value = field(head, "Sec-WebSocket-Key", &length);
    if (value) return upgrade(connection, head, value, length);
    if (field(head, "Transfer-Encoding", &length)) return 0;
    value = field(head, "Content-Length", &length);
    connection->left = value ? strtoull(value, NULL, 10) : 0;
    value = field(head, "Connection", &length);
    int is_old = strcspn(head, "\r") > 8 && strncmp(head + strcspn(head, "\r") - 8, "HTTP/1.0", 8) == 0;
    connection->is_ending = (value && length == 5 && strncasecmp(value, "close", 5) == 0) || is_old;
    if (is_named(head, "/stats")) {
        put_statistics(connection);
    } else if (is_named(head, "/seen/")) {
        return answer_seen(connection, head);
    } else {
        if (!is_named(head, "/health")) statistics.requests++;
        if (answer_sockjs(connection, head)) return 1;
        // A request with a body is answered at once: the balancer gets both anyway.
        if (strncmp(head, "POST ", 5) == 0) {
            put_no_content(connection);
        } else {
            put_head(connection, "text/plain", 3);
            put_text(connection, "ok\n");
        }
    }
    return 1;
}

ssize_t receive_http(struct connection *connection, const char *bytes, size_t count) {
    if (connection->left > 0) {
        size_t used = connection->left < count ? connection->left : count;
        connection->left -= used;
        if (connection->send_to) {
            take_sent(connection, bytes, used);
            if (connection->left == 0 && !answer_sent(connection)) return -1;
        }
        return (ssize_t)used;
    }
    size_t before = connection->head_length;
    size_t joined = join_head(connection, bytes, count, head_limit);
    size_t from = before < 3 ? 0 : before - 3;
    char *end = memmem(connection->head + from, connection->head_length - from, "\r\n\r\n", 4);
    if (!end) return connection->head_length == head_limit ? -1 : (ssize_t)joined;
    keep_seen(connection->head, (size_t)(end + 4 - connection->head));
    // The second line end is cut off, so that the head ends in one.
    end[2] = 0;
    size_t used = (size_t)(end + 4 - connection->head) - before;
    int is_known = answer(connection, connection->head);
    forget_head(connection);
    return is_known ? (ssize_t)used : -1;
}
