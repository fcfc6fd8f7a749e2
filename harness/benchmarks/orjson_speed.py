"""Reads "name<TAB>text" lines; prints "name<TAB>ns of loads<TAB>ns of dumps" for each, at the best of many rounds."""
import sys
import time

import orjson


def best(function, argument):
    count = 1
    while True:
        start = time.process_time_ns()
        for _ in range(count):
            function(argument)
        if time.process_time_ns() - start > 8_000_000:
            break
        count *= 2
    least = float("inf")
    for _ in range(15):
        start = time.process_time_ns()
        for _ in range(count):
            function(argument)
        least = min(least, (time.process_time_ns() - start) / count)
    return least


for line in sys.stdin:
    name, text = line.rstrip("\n").split("\t")
    encoded = text.encode()
    print(name, best(orjson.loads, encoded), best(orjson.dumps, orjson.loads(encoded)), sep="\t")
