#ifndef PROXY_LOAD_H
#define PROXY_LOAD_H

#include <stdint.h>

/// What a connection through a balancer does again and again.
enum proxy_load_kind {
    /// Sends a WebSocket message of `size` bytes and gets it back.
    proxy_load_echo,
    /// Sends `size` bytes of frames, all of which the server takes.
    proxy_load_upload,
    /// Gets `size` bytes of frames.
    proxy_load_download,
    /// Sends a POST with `size` bytes and gets 204.
    proxy_load_post,
};

struct proxy_load_plan {
    enum proxy_load_kind kind;
    int port;
    int connections;
    /// A multiple of 64 KiB for streams.
    uint64_t size;
    /// How many a connection may have on their way at once.
    unsigned window;
};

/// Connections of one thread; EchoServer is behind the balancer.
typedef struct proxy_load proxy_load;

/// Connects them all, each upgraded unless it posts. Null if that fails; see `proxy_load_failure`.
proxy_load *proxy_load_connect(struct proxy_load_plan plan);

/// Does this so often on all connections together, each time checked; all are at rest again when it returns. 0 if it
/// failed; see `proxy_load_failure`.
int proxy_load_run(proxy_load *load, uint64_t count);

void proxy_load_close(proxy_load *load);

/// A port of 127.0.0.1 that nobody listens on; 0 if there is none.
int proxy_load_free_port(void);

/// What was expected and did not come.
const char *proxy_load_failure(void);

#endif
