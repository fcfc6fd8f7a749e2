#ifndef UNITS_H
#define UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "ProxyLoad.h"

/// Bytes that repeat every `period`, `length` of them for each time.
struct unit {
    char *bytes;
    uint64_t period, length;
};

/// What a connection sends each time.
struct unit request_unit(struct proxy_load_plan plan, const char *cookie);

/// What it gets each time; without bytes where a head ends it.
struct unit answer_unit(struct proxy_load_plan plan);

/// The request to upgrade.
void upgrade_request(struct proxy_load_plan plan, char *request, size_t room);

#endif
