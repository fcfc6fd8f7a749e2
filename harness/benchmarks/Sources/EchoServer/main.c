// The server behind the balancers and clients that are measured: one thread, epoll, and no more than they need. It echoes
// WebSocket frames, and texts sent to a SockJS session; it answers other POSTs with 204, /health and other GETs with 200,
// /stats with its counters, /seen/KIND with the first request of a kind; /sink/N and /source/N upgrade to a stream of N
// bytes at a time in one direction.
//   EchoServer [PORT]    on 127.0.0.1; prints {"port": N}

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"

enum { input_size = 256 << 10, frame_size = 64 << 10, stream_size = 16 * frame_size };

struct statistics statistics;

static char input[input_size], output[2 * input_size], stream[stream_size];
static size_t filled;
static int queue;

void give_up(const char *expected) {
    fprintf(stderr, "EchoServer: expected %s: %s\n", expected, strerror(errno));
    exit(3);
}

// MARK: Heads that come in pieces

size_t join_head(struct connection *connection, const char *bytes, size_t count, size_t limit) {
    size_t room = limit - connection->head_length, taken = count < room ? count : room;
    connection->head = realloc(connection->head, connection->head_length + taken + 1);
    if (!connection->head) give_up("memory for a head");
    memcpy(connection->head + connection->head_length, bytes, taken);
    connection->head_length += taken;
    connection->head[connection->head_length] = 0;
    return taken;
}

void forget_head(struct connection *connection) {
    free(connection->head);
    connection->head = NULL;
    connection->head_length = 0;
}

// MARK: Output

static void watch(struct connection *connection, int action, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(queue, action, connection->descriptor, &event) != 0) give_up("a descriptor that epoll takes");
}

/// What the socket took of these bytes; -1 if it is gone.
static ssize_t send_some(struct connection *connection, const char *bytes, size_t count) {
    ssize_t sent = send(connection->descriptor, bytes, count, MSG_NOSIGNAL);
    return sent < 0 && errno == EAGAIN ? 0 : sent;
}

static void keep_waiting(struct connection *connection, const char *bytes, size_t count) {
    if (connection->waiting_length == 0) watch(connection, EPOLL_CTL_MOD, EPOLLOUT);
    connection->waiting = realloc(connection->waiting, connection->waiting_length + count);
    if (!connection->waiting) give_up("memory for what a peer does not take");
    memcpy(connection->waiting + connection->waiting_length, bytes, count);
    connection->waiting_length += count;
}

void send_output(struct connection *connection) {
    size_t count = filled;
    filled = 0;
    ssize_t sent = connection->waiting_length == 0 ? send_some(connection, output, count) : 0;
    // Reading finds out that the socket is gone.
    if (sent >= 0 && (size_t)sent < count) keep_waiting(connection, output + sent, count - (size_t)sent);
}

void put(struct connection *connection, const void *bytes, size_t count) {
    if (filled + count > sizeof output) send_output(connection);
    memcpy(output + filled, bytes, count);
    filled += count;
}

// MARK: Streams

static void make_stream(void) {
    for (size_t index = 0; index < stream_size; index++) stream[index] = (char)('a' + index % 23);
    for (size_t start = 0; start < stream_size; start += frame_size) {
        memcpy(stream + start, (char[]){(char)0x82, 126, (char)0xFF, (char)0xFC}, 4);
    }
}

static ssize_t count_stream(struct connection *connection, size_t count) {
    connection->counted += count;
    while (connection->counted >= connection->unit) {
        connection->counted -= connection->unit;
        put(connection, (char[]){(char)0x82, 0}, 2);
    }
    return (ssize_t)count;
}

/// 0 if the socket is gone.
static int send_stream(struct connection *connection) {
    while (connection->counted > 0) {
        size_t start = (connection->unit - connection->counted) % stream_size;
        size_t count = stream_size - start < connection->counted ? stream_size - start : connection->counted;
        ssize_t sent = send_some(connection, stream + start, count);
        if (sent < 0) return 0;
        if (sent == 0) break;
        connection->counted -= (uint64_t)sent;
    }
    watch(connection, EPOLL_CTL_MOD, connection->counted > 0 ? EPOLLOUT : EPOLLIN);
    return 1;
}

// MARK: Connections

static void end(struct connection *connection) {
    statistics.open--;
    close(connection->descriptor);
    free(connection->head);
    free(connection->waiting);
    forget_sent(connection);
    forget_poll(connection);
    free(connection);
}

static void accept_all(int door) {
    int descriptor;
    while ((descriptor = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct connection *made = calloc(1, sizeof *made);
        if (!made) give_up("memory for a connection");
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        made->descriptor = descriptor;
        watch(made, EPOLL_CTL_ADD, EPOLLIN);
        statistics.accepted++;
        if (++statistics.open > statistics.peak) statistics.peak = statistics.open;
    }
    if (errno != EAGAIN && errno != ECONNABORTED) give_up("a connection to accept");
}

/// 0 if the connection is over.
static int receive(struct connection *connection) {
    ssize_t count = read(connection->descriptor, input, sizeof input);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    for (ssize_t used = 0, at = 0; at < count; at += used) {
        const char *bytes = input + at;
        size_t rest = (size_t)(count - at);
        switch (connection->mode) {
            case http: used = receive_http(connection, bytes, rest); break;
            case echo: used = receive_frames(connection, bytes, rest); break;
            case sink: used = count_stream(connection, rest); break;
            case source:
                connection->counted = connection->unit;
                return send_stream(connection);
        }
        if (used < 0) {
            filled = 0;
            return 0;
        }
    }
    if (filled > 0) send_output(connection);
    return !connection->is_ending || connection->left > 0 || connection->waiting_length > 0;
}

/// 0 if the connection is over.
static int send_waiting(struct connection *connection) {
    if (connection->mode == source && connection->counted > 0) return send_stream(connection);
    const char *bytes = connection->waiting + connection->waiting_offset;
    ssize_t sent = send_some(connection, bytes, connection->waiting_length - connection->waiting_offset);
    if (sent < 0) return 0;
    connection->waiting_offset += (size_t)sent;
    if (connection->waiting_offset < connection->waiting_length) return 1;
    free(connection->waiting);
    connection->waiting = NULL;
    connection->waiting_length = connection->waiting_offset = 0;
    watch(connection, EPOLL_CTL_MOD, EPOLLIN);
    return !connection->is_ending;
}

static int listener(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (made < 0 || setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0
        || bind(made, (struct sockaddr *)&address, size) != 0 || listen(made, 4096) != 0
        || getsockname(made, (struct sockaddr *)&address, &size) != 0)
        give_up("a free port of 127.0.0.1");
    printf("{\"port\": %d}\n", ntohs(address.sin_port));
    fflush(stdout);
    return made;
}

static void take_all_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("a limit of descriptors");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("as many descriptors as are allowed");
}

int main(int count, char **arguments) {
    take_all_descriptors();
    make_stream();
    queue = epoll_create1(0);
    struct connection door = {.descriptor = listener(count > 1 ? atoi(arguments[1]) : 0)};
    watch(&door, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        struct epoll_event events[512];
        int ready = epoll_wait(queue, events, 512, -1);
        for (int index = 0; index < ready; index++) {
            struct connection *connection = events[index].data.ptr;
            if (connection == &door) {
                accept_all(door.descriptor);
            } else if (!(connection->waiting_length > 0 || events[index].events & EPOLLOUT ? send_waiting : receive)(
                           connection)) {
                end(connection);
            }
        }
    }
}
