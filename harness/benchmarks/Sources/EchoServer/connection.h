#ifndef CONNECTION_H
#define CONNECTION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What the bytes of a connection are.
enum mode {
    http,
    /// WebSocket frames, each of which goes back.
    echo,
    /// Bytes that are counted only: one empty message answers each `unit` of them.
    sink,
    /// Whatever comes asks for `unit` bytes of frames.
    source,
};

struct connection {
    int descriptor;
    enum mode mode;
    uint64_t unit;
    /// Bytes of the present unit that came, or that are still to be sent.
    uint64_t counted;
    /// The part of a request's head, or of a frame's, that came.
    char *head;
    size_t head_length;
    /// Bytes that follow of a request's body, or of a frame's payload.
    uint64_t left;
    uint8_t mask[4];
    int is_dropped;
    /// What the socket did not take.
    char *waiting;
    size_t waiting_length, waiting_offset;
    int is_ending;
    /// The SockJS session whose poll waits here.
    struct session *poll_of;
    /// The SockJS session that a request's body is for, and what came of that body.
    struct session *send_to;
    char *sent;
    size_t sent_length;
};

struct statistics {
    uint64_t open, peak, accepted, upgrades, messages, requests;
};

extern struct statistics statistics;

/// Appends to what `connection` gets when its input is used up.
void put(struct connection *connection, const void *bytes, size_t count);

/// Joins `bytes` to the head that came before; how many of them were taken, up to `limit` in all.
size_t join_head(struct connection *connection, const char *bytes, size_t count, size_t limit);

void forget_head(struct connection *connection);

/// Lets what was put go out.
void send_output(struct connection *connection);

/// Puts the head of an answer with a body of so many bytes.
void put_head(struct connection *connection, const char *type, size_t count);
void put_no_content(struct connection *connection);

/// Ends the server, which expected something and lacks it.
void give_up(const char *expected);

/// How many of these bytes were used; less than 1 if no peer of ours sends them.
ssize_t receive_http(struct connection *connection, const char *bytes, size_t count);
ssize_t receive_frames(struct connection *connection, const char *bytes, size_t count);

/// Begins to answer a request of SockJS; 0 if it is none. With `send_to` set it is answered when its body is there.
int answer_sockjs(struct connection *connection, const char *head);
void take_sent(struct connection *connection, const char *bytes, size_t count);
/// 0 if no client sends such a body.
int answer_sent(struct connection *connection);
void forget_sent(struct connection *connection);
void forget_poll(struct connection *connection);

/// Keeps the first request of its kind, to be asked for as /seen/KIND.
void keep_seen(const char *head, size_t length);
/// 0 if none came.
int answer_seen(struct connection *connection, const char *head);

/// The value of `Sec-WebSocket-Accept` for a key, 28 characters and a zero.
void websocket_accept(const char *key, size_t length, char answer[29]);

#endif
