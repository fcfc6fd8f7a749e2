#define _GNU_SOURCE
#include "ProxyLoad.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "units.h"

enum { input_size = 1 << 20, head_room = 4 << 10, patience = 20 };

struct line {
    int descriptor, is_blocked;
    /// Since it was last at rest.
    uint64_t sent, wanted, received;
    /// Of an answer's head.
    char *head;
    size_t head_length;
};

struct proxy_load {
    struct proxy_load_plan plan;
    struct unit request, answer;
    int queue;
    struct line *lines;
    uint64_t begun, done;
};

static char input[input_size], failure[300];

const char *proxy_load_failure(void) { return failure; }

static int fail(const char *expected) {
    snprintf(failure, sizeof failure, "expected %s (%s)", expected, errno ? strerror(errno) : "the connection is well");
    return 0;
}

// MARK: Connecting

static int connect_to(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = patience};
    int made = socket(AF_INET, SOCK_STREAM, 0);
    if (made < 0) return -1;
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(made, (struct sockaddr *)&address, sizeof address) == 0) return made;
    close(made);
    return -1;
}

int proxy_load_free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int made = socket(AF_INET, SOCK_STREAM, 0);
    int is_bound = bind(made, (struct sockaddr *)&address, size) == 0
        && getsockname(made, (struct sockaddr *)&address, &size) == 0;
    close(made);
    return is_bound ? ntohs(address.sin_port) : 0;
}

/// Sends a request and leaves in `head` what comes up to the end of a head; 0 if that is not this status.
static int exchange(int descriptor, const char *request, size_t count, const char *status, char head[head_room]) {
    size_t length = 0;
    if (send(descriptor, request, count, MSG_NOSIGNAL) != (ssize_t)count) return 0;
    do {
        ssize_t more = recv(descriptor, head + length, head_room - 1 - length, 0);
        if (more <= 0) return 0;
        length += (size_t)more;
        head[length] = 0;
    } while (!strstr(head, "\r\n\r\n"));
    return strncmp(head + 9, status, 3) == 0;
}

/// The first cookie that a head sets, or nothing.
static void read_cookie(const char *head, char cookie[300]) {
    const char *field = strcasestr(head, "\r\nset-cookie: ");
    if (field) snprintf(cookie, 300, "%.*s", (int)strcspn(field + 14, ";\r"), field + 14);
}

static int open_line(proxy_load *load, struct line *line) {
    char request[1000], head[head_room];
    line->descriptor = connect_to(load->plan.port);
    if (line->descriptor < 0) return fail("to connect");
    if (load->plan.kind != proxy_load_post) {
        upgrade_request(load->plan, request, sizeof request);
        if (!exchange(line->descriptor, request, strlen(request), "101", head)) return fail("101");
    } else {
        if (!load->request.bytes) {
            // As browsers do, all requests bring the cookie that the first answer sets.
            char cookie[300] = "";
            struct unit first = request_unit(load->plan, cookie);
            int is_answered = exchange(line->descriptor, first.bytes, first.length, "204", head);
            free(first.bytes);
            if (!is_answered) return fail("204");
            read_cookie(head, cookie);
            load->request = request_unit(load->plan, cookie);
        }
        line->head = malloc(head_room);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};
    return epoll_ctl(load->queue, EPOLL_CTL_ADD, line->descriptor, &event) == 0 ? 1 : fail("a descriptor to watch");
}

proxy_load *proxy_load_connect(struct proxy_load_plan plan) {
    proxy_load *load = calloc(1, sizeof *load);
    *load = (proxy_load){.plan = plan, .queue = epoll_create1(0)};
    load->lines = calloc((size_t)plan.connections, sizeof *load->lines);
    load->answer = answer_unit(plan);
    if (plan.kind != proxy_load_post) load->request = request_unit(plan, "");
    for (int index = 0; index < plan.connections; index++) {
        errno = 0;
        if (open_line(load, &load->lines[index])) continue;
        load->plan.connections = index + 1;
        proxy_load_close(load);
        return NULL;
    }
    return load;
}

void proxy_load_close(proxy_load *load) {
    for (int index = 0; index < load->plan.connections; index++) {
        if (load->lines[index].descriptor >= 0) close(load->lines[index].descriptor);
        free(load->lines[index].head);
    }
    close(load->queue);
    free(load->lines);
    free(load->request.bytes);
    free(load->answer.bytes);
    free(load);
}

// MARK: Running

/// Sends what is due, as far as the socket takes it.
static int send_due(proxy_load *load, struct line *line) {
    const struct unit *unit = &load->request;
    int is_blocked = 0;
    while (line->sent < line->wanted && !is_blocked) {
        uint64_t start = line->sent % unit->length % unit->period, count = unit->period - start;
        uint64_t rest = unit->length - line->sent % unit->length;
        if (count > rest) count = rest;
        ssize_t sent = send(line->descriptor, unit->bytes + start, count, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return fail("to send");
        is_blocked = sent < 0;
        if (sent > 0) line->sent += (uint64_t)sent;
    }
    if (is_blocked == line->is_blocked) return 1;
    line->is_blocked = is_blocked;
    struct epoll_event event = {.events = is_blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = line};
    return epoll_ctl(load->queue, EPOLL_CTL_MOD, line->descriptor, &event) == 0 ? 1 : fail("a descriptor to watch");
}

static int begin(proxy_load *load, struct line *line, uint64_t target) {
    if (load->begun == target) return 1;
    load->begun++;
    line->wanted += load->request.length;
    return send_due(load, line);
}

/// How many answers these bytes complete; -1 if they are wrong.
static int64_t complete(proxy_load *load, struct line *line, size_t count) {
    const struct unit *unit = &load->answer;
    uint64_t before = line->received / unit->length;
    for (size_t at = 0, same; at < count; at += same) {
        uint64_t start = line->received % unit->length % unit->period;
        same = unit->period - start < count - at ? unit->period - start : count - at;
        uint64_t rest = unit->length - line->received % unit->length;
        if (same > rest) same = rest;
        if (memcmp(unit->bytes + start, input + at, same) != 0) return -1;
        line->received += same;
    }
    return (int64_t)(line->received / unit->length - before);
}

/// As `complete`, for answers without a body, of which one is on its way at most.
static int64_t complete_head(struct line *line, size_t count) {
    if (line->head_length + count >= head_room) return -1;
    memcpy(line->head + line->head_length, input, count);
    line->head_length += count;
    if (line->head_length < 13 || memcmp(line->head + line->head_length - 4, "\r\n\r\n", 4) != 0) return 0;
    line->head_length = 0;
    return memcmp(line->head + 9, "204", 3) == 0 ? 1 : -1;
}

static int receive(proxy_load *load, struct line *line, uint64_t target) {
    ssize_t count = recv(line->descriptor, input, input_size, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return 1;
    if (count <= 0) return fail("the connection to stay");
    int64_t completed = load->answer.bytes ? complete(load, line, (size_t)count) : complete_head(line, (size_t)count);
    if (completed < 0) return fail("the right answer");
    load->done += (uint64_t)completed;
    for (; completed > 0; completed--) {
        if (!begin(load, line, target)) return 0;
    }
    return 1;
}

int proxy_load_run(proxy_load *load, uint64_t target) {
    load->begun = load->done = 0;
    for (unsigned turn = 0; turn < load->plan.window; turn++) {
        for (int index = 0; index < load->plan.connections; index++) {
            if (!begin(load, &load->lines[index], target)) return 0;
        }
    }
    while (load->done < target) {
        struct epoll_event events[512];
        errno = 0;
        int ready = epoll_wait(load->queue, events, 512, patience * 1000);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return fail("an answer within 20 s");
        for (int index = 0; index < ready; index++) {
            struct line *line = events[index].data.ptr;
            if (events[index].events & EPOLLOUT && !send_due(load, line)) return 0;
            if (events[index].events & ~(uint32_t)EPOLLOUT && !receive(load, line, target)) return 0;
        }
    }
    return 1;
}
