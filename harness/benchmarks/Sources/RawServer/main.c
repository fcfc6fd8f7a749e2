// The least that any server must do for the echoes of SockJSBenchmark: one thread, one read for what came, one write for
// each answer, epoll between. It knows the benchmark's own requests and ends at any other; its answers are as long as
// those of `stickler node`. What it costs is the kernel's share, which no server goes below.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { message_size = 64, batch_limit = 1000, session_limit = 1000, descriptor_limit = 4096, response_limit = 4096 };

enum transport { unknown, xhr, xhr_streaming, eventsource, htmlfile, jsonp };

struct session {
    int receiver;
    enum transport transport;
    int is_open;
    size_t written;
    size_t waiting;
    char messages[batch_limit][message_size];
};

static struct session sessions[session_limit];
static char is_websocket[descriptor_limit];
static char input[1 << 18], output[1 << 18];
static size_t filled;

static void give_up(const char *expected) {
    fprintf(stderr, "RawServer: expected %s\n", expected);
    exit(3);
}

static void put(const void *bytes, size_t count) {
    if (filled + count > sizeof output) give_up("an answer of less than 256 KiB");
    memcpy(output + filled, bytes, count);
    filled += count;
}

static void put_text(const char *text) { put(text, strlen(text)); }

static void send_output(int descriptor) {
    if (write(descriptor, output, filled) != (ssize_t)filled) give_up("a socket that takes the whole answer");
    filled = 0;
}

// MARK: WebSocket

static const char upgrade[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x01o";

/// `["…"]`, masked, to `a["…"]`.
static void echo_frames(int descriptor, size_t count) {
    enum { payload = message_size + 4, frame = payload + 6 };
    if (count % frame != 0) give_up("whole frames of one message each");
    for (char *at = input; at < input + count; at += frame) {
        for (int index = 0; index < payload; index++) at[6 + index] ^= at[2 + index % 4];
        put((char[]){(char)0x81, payload + 1, 'a'}, 3);
        put(at + 6, payload);
    }
    send_output(descriptor);
}

// MARK: HTTP

#define COMMON                                                                        \
    "Cache-Control: no-store, no-cache, no-transform, must-revalidate, max-age=0\r\n"  \
    "Access-Control-Allow-Credentials: true\r\n"                                      \
    "Access-Control-Allow-Origin: http://127.0.0.1:8080\r\nVary: Origin\r\n"           \
    "Content-Type: application/javascript; charset=UTF-8\r\n"                         \
    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nX-Stickler-Node: node\r\nX-Stickler-Boot: 000000000000\r\n"

static const char sent[] = "HTTP/1.1 204 No Content\r\n" COMMON "\r\n";
static const char sent_jsonp[] = "HTTP/1.1 200 OK\r\n" COMMON "Content-Length: 2\r\n\r\nok";
static const char receiver_head[] = "HTTP/1.1 200 OK\r\n" COMMON "Transfer-Encoding: chunked\r\n\r\n";

static int polls(enum transport transport) { return transport == xhr || transport == jsonp; }

static void put_chunk(const char *bytes, size_t count) {
    char size[20];
    put(size, (size_t)snprintf(size, sizeof size, "%zx\r\n", count));
    put(bytes, count);
    put("\r\n", 2);
}

/// One frame `a[…]` of these messages, or `o` for none, in a chunk of its own.
static void put_frame(struct session *session, char (*messages)[message_size], size_t count) {
    static char frame[1 << 17];
    const char *quote = session->transport == htmlfile || session->transport == jsonp ? "\\\"" : "\"";
    char *end = frame;
    switch (session->transport) {
        case eventsource: end = stpcpy(end, "data: "); break;
        case htmlfile: end = stpcpy(end, "<script>\np(\""); break;
        case jsonp: end = stpcpy(end, "/**/_jp.abcdef(\""); break;
        default: break;
    }
    end = stpcpy(end, count == 0 ? "o" : "a[");
    for (size_t index = 0; index < count; index++) {
        if (index > 0) *end++ = ',';
        end = stpcpy(end, quote);
        memcpy(end, messages[index], message_size);
        end = stpcpy(end + message_size, quote);
    }
    if (count > 0) *end++ = ']';
    switch (session->transport) {
        case eventsource: end = stpcpy(end, "\r\n\r\n"); break;
        case htmlfile: end = stpcpy(end, "\");\n</script>\r\n"); break;
        case jsonp: end = stpcpy(end, "\");\r\n"); break;
        default: *end++ = '\n';
    }
    session->written += (size_t)(end - frame);
    put_chunk(frame, (size_t)(end - frame));
}

static int is_full(struct session *session) {
    return polls(session->transport) || session->written >= response_limit;
}

static void receive(struct session *session, enum transport transport, int descriptor) {
    static char prelude[2049];
    memset(prelude, 'h', sizeof prelude - 1);
    prelude[sizeof prelude - 1] = '\n';
    session->transport = transport;
    session->written = 0;
    if (polls(transport) && session->is_open && session->waiting == 0) {
        session->receiver = descriptor;
        return;
    }
    put_text(receiver_head);
    if (transport == xhr_streaming) put_chunk(prelude, sizeof prelude);
    if (transport == eventsource) put_chunk("\r\n", 2);
    if (transport == htmlfile) put_chunk(prelude, 1024);
    if (!session->is_open || session->waiting > 0) put_frame(session, session->messages, session->waiting);
    session->is_open = 1;
    session->waiting = 0;
    session->receiver = is_full(session) ? -1 : descriptor;
    if (session->receiver < 0) put_text("0\r\n\r\n");
    send_output(descriptor);
}

static void echo(struct session *session, char *body, char *end) {
    while ((body = memmem(body, (size_t)(end - body), "message-", 8)) && end - body >= message_size) {
        if (session->waiting == batch_limit) give_up("fewer messages");
        memcpy(session->messages[session->waiting++], body, message_size);
        body += message_size;
    }
    int receiver = session->receiver;
    if (receiver < 0) return;
    size_t taken = 0;
    if (polls(session->transport)) put_text(receiver_head);
    while (session->receiver >= 0 && taken < session->waiting) {
        put_frame(session, session->messages + taken++, 1);
        if (is_full(session)) session->receiver = -1;
    }
    if (session->receiver < 0) put_text("0\r\n\r\n");
    session->waiting -= taken;
    memmove(session->messages, session->messages + taken, session->waiting * message_size);
    send_output(receiver);
}

static int is_named(const char *path, const char *name) { return strncmp(path, name, strlen(name)) == 0; }

static void answer(int descriptor, size_t count) {
    static const char prefix[] = "/echo/000/session";
    char *path = memchr(input, '/', count < 8 ? count : 8);
    char *head_end = memmem(input, count, "\r\n\r\n", 4);
    if (!path || !head_end || !is_named(path, prefix)) give_up("a whole request of a session");
    long number = strtol(path + sizeof prefix - 1, &path, 10);
    if (number < 0 || number >= session_limit) give_up("fewer sessions");
    struct session *session = &sessions[number];
    if (is_named(path, "/websocket ")) {
        is_websocket[descriptor] = 1;
        put(upgrade, sizeof upgrade - 1);
        return send_output(descriptor);
    }
    if (is_named(path, "/xhr ")) return receive(session, xhr, descriptor);
    if (is_named(path, "/xhr_streaming ")) return receive(session, xhr_streaming, descriptor);
    if (is_named(path, "/eventsource ")) return receive(session, eventsource, descriptor);
    if (is_named(path, "/htmlfile?")) return receive(session, htmlfile, descriptor);
    if (is_named(path, "/jsonp?")) return receive(session, jsonp, descriptor);
    if (!is_named(path, "/xhr_send ") && !is_named(path, "/jsonp_send ")) give_up("a transport");
    echo(session, head_end, input + count);
    put_text(is_named(path, "/jsonp_send ") ? sent_jsonp : sent);
    send_output(descriptor);
}

// MARK: Sockets

static int listener(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int made = socket(AF_INET, SOCK_STREAM, 0);
    if (made < 0 || bind(made, (struct sockaddr *)&address, size) != 0 || listen(made, 1024) != 0
        || getsockname(made, (struct sockaddr *)&address, &size) != 0)
        give_up("a free port of 127.0.0.1");
    printf("{\"port\": %d}\n", ntohs(address.sin_port));
    fflush(stdout);
    return made;
}

static void watch(int queue, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &event) != 0) give_up("a descriptor that epoll takes");
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    for (int index = 0; index < session_limit; index++) sessions[index].receiver = -1;
    int door = listener(), queue = epoll_create1(0);
    watch(queue, door);
    for (;;) {
        struct epoll_event events[64];
        int ready = epoll_wait(queue, events, 64, -1);
        for (int index = 0; index < ready; index++) {
            int descriptor = events[index].data.fd;
            if (descriptor == door) {
                int accepted = accept4(door, NULL, NULL, SOCK_NONBLOCK);
                if (accepted < 0 || accepted >= descriptor_limit) give_up("fewer connections");
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
                is_websocket[accepted] = 0;
                watch(queue, accepted);
                continue;
            }
            ssize_t count = read(descriptor, input, sizeof input - 1);
            if (count <= 0) {
                close(descriptor);
                continue;
            }
            input[count] = 0;
            if (is_websocket[descriptor]) {
                echo_frames(descriptor, (size_t)count);
            } else {
                answer(descriptor, (size_t)count);
            }
        }
    }
}
