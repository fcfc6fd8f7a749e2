#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "connection.h"

// As much of SockJS's xhr-polling as clients need that keep to it: a session begins with its first poll, what is sent to it
// comes back with the next poll, and a poll without anything to tell waits. Sessions last as long as the server.

enum { buckets = 1 << 14, name_room = 40 };

struct session {
    char name[name_room];
    struct session *next;
    /// The poll that waits.
    struct connection *poll;
    /// Messages to be told, without brackets around them.
    char *texts;
    size_t length;
};

/// A session whose polls are answered at once, as if a message had come: for clients that can't keep sessions apart.
static const char prompt_session[] = "atonce00";
static const char prompt_answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/javascript; charset=UTF-8\r\nCache-Control: no-store\r\n"
    "Content-Length: 38\r\n\r\na[\"00000000000000000000000000000000\"]\n";

static struct session *table[buckets];

static struct session *find(const char *name, size_t length) {
    uint32_t hash = 2166136261;
    for (size_t index = 0; index < length; index++) hash = (hash ^ (uint8_t)name[index]) * 16777619;
    struct session **place = &table[hash % buckets];
    for (struct session *known = *place; known; known = known->next) {
        if (strncmp(known->name, name, length) == 0 && known->name[length] == 0) return known;
    }
    struct session *made = calloc(1, sizeof *made);
    if (!made) give_up("memory for a session");
    memcpy(made->name, name, length);
    made->next = *place;
    return *place = made;
}

/// The frame `before`texts`after` as an answer.
static void put_frame(
    struct connection *connection, const char *before, const char *texts, size_t length, const char *after) {
    put_head(connection, "application/javascript; charset=UTF-8", strlen(before) + length + strlen(after));
    put(connection, before, strlen(before));
    put(connection, texts, length);
    put(connection, after, strlen(after));
}

static void put_texts(struct connection *connection, struct session *session) {
    put_frame(connection, "a[", session->texts, session->length, "]\n");
    session->length = 0;
    statistics.messages++;
}

static void poll(struct connection *connection, struct session *session) {
    if (session->length > 0) return put_texts(connection, session);
    session->poll = connection;
    connection->poll_of = session;
}

/// The session that a path `/SERVICE/SERVER/SESSION/TRANSPORT` names, and where its transport begins; null if none.
static const char *session_name(const char *path, size_t *length, const char **transport) {
    for (int part = 0; part < 3; part++) {
        path = strchr(path, '/');
        if (!path) return NULL;
        path++;
    }
    *length = strcspn(path, "/ ?\r");
    if (path[*length] != '/' || *length >= name_room) return NULL;
    *transport = path + *length + 1;
    return path;
}

static int is_word(const char *text, const char *word) {
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && strchr(" ?\r", text[length]);
}

int answer_sockjs(struct connection *connection, const char *head) {
    const char *path = strchr(head, ' '), *transport;
    size_t length;
    if (!path) return 0;
    const char *info = strstr(path, "/info");
    if (strncmp(head, "GET ", 4) == 0 && info && info < path + strcspn(path, "\r") && is_word(info + 1, "info")) {
        static const char body[] =
            "{\"websocket\":true,\"origins\":[\"*:*\"],\"cookie_needed\":false,\"entropy\":1735928559}";
        put_head(connection, "application/json; charset=UTF-8", sizeof body - 1);
        put(connection, body, sizeof body - 1);
        return 1;
    }
    const char *name = strncmp(head, "POST ", 5) == 0 ? session_name(path + 1, &length, &transport) : NULL;
    if (!name) return 0;
    int is_prompt = length == sizeof prompt_session - 1 && strncmp(name, prompt_session, length) == 0;
    if (is_word(transport, "xhr")) {
        if (is_prompt) {
            put(connection, prompt_answer, sizeof prompt_answer - 1);
            statistics.messages++;
            return 1;
        }
        struct session *session = find(name, length);
        if (session->texts) {
            poll(connection, session);
            return 1;
        }
        session->texts = malloc(1);
        statistics.upgrades++;
        put_frame(connection, "o", "", 0, "\n");
        return 1;
    }
    if (!is_word(transport, "xhr_send")) return 0;
    if (is_prompt) return 0;
    connection->send_to = find(name, length);
    return 1;
}

void take_sent(struct connection *connection, const char *bytes, size_t count) {
    connection->sent = realloc(connection->sent, connection->sent_length + count);
    if (!connection->sent) give_up("memory for what is sent");
    memcpy(connection->sent + connection->sent_length, bytes, count);
    connection->sent_length += count;
}

int answer_sent(struct connection *connection) {
    struct session *session = connection->send_to;
    size_t length = connection->sent_length;
    // An array of at least one text.
    if (length < 4 || connection->sent[0] != '[' || connection->sent[length - 1] != ']') return 0;
    put_no_content(connection);
    session->texts = realloc(session->texts, session->length + length);
    if (!session->texts) give_up("memory for what is sent");
    if (session->length > 0) session->texts[session->length++] = ',';
    memcpy(session->texts + session->length, connection->sent + 1, length - 2);
    session->length += length - 2;
    forget_sent(connection);
    struct connection *waiting = session->poll;
    if (waiting) {
        session->poll = NULL;
        waiting->poll_of = NULL;
        // Behind what `connection` gets: output is of one connection at a time.
        send_output(connection);
        put_texts(waiting, session);
        send_output(waiting);
    }
    return 1;
}

void forget_sent(struct connection *connection) {
    free(connection->sent);
    connection->sent = NULL;
    connection->sent_length = 0;
    connection->send_to = NULL;
}

void forget_poll(struct connection *connection) {
    if (connection->poll_of) connection->poll_of->poll = NULL;
    connection->poll_of = NULL;
}
