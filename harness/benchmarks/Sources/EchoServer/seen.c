#include <stdlib.h>
#include <string.h>

#include "connection.h"

// The heads that a client sends, so that others can send the very same: the first of each kind.

static struct {
    /// What its target ends with, before any query; an upgrade is told by its field.
    const char *kind;
    char *head;
    size_t length;
} seen[] = {{"upgrade", NULL, 0}, {"xhr", NULL, 0}, {"xhr_send", NULL, 0}};

enum { kinds = sizeof seen / sizeof *seen };

static int is_kind(const char *head, const char *target, const char *end, const char *kind) {
    size_t length = strlen(kind);
    if (strcmp(kind, "upgrade") != 0 && strncmp(head, "POST ", 5) != 0) return 0;
    if (strcmp(kind, "upgrade") == 0) return strncmp(head, "GET ", 4) == 0 && strstr(head, "Sec-WebSocket-Key") != NULL;
    return end - target > (ptrdiff_t)length && end[-(ptrdiff_t)length - 1] == '/'
        && strncmp(end - length, kind, length) == 0;
}

void keep_seen(const char *head, size_t length) {
    int is_full = 1;
    for (int index = 0; index < kinds; index++) is_full = is_full && seen[index].head;
    const char *target = is_full ? NULL : strchr(head, ' ');
    if (!target) return;
    const char *end = target + 1 + strcspn(target + 1, " ?\r");
    for (int index = 0; index < kinds; index++) {
        if (seen[index].head || !is_kind(head, target + 1, end, seen[index].kind)) continue;
        seen[index].head = malloc(length);
        if (!seen[index].head) give_up("memory for a head");
        memcpy(seen[index].head, head, length);
        seen[index].length = length;
    }
}

int answer_seen(struct connection *connection, const char *head) {
    const char *kind = strstr(head, "/seen/") + strlen("/seen/");
    for (int index = 0; index < kinds; index++) {
        size_t length = strlen(seen[index].kind);
        if (strncmp(kind, seen[index].kind, length) != 0 || kind[length] != ' ' || !seen[index].head) continue;
        put_head(connection, "text/plain", seen[index].length);
        put(connection, seen[index].head, seen[index].length);
        return 1;
    }
    return 0;
}
