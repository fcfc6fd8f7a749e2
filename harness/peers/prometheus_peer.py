"""A foreign end for metrics: PyPI's `prometheus_client`, the reference reader of Prometheus text.

Reads a text from standard input and answers with a JSON list on standard output: of each metric family its "name", "type",
"help" and "samples", each [name, labels, value].
The process ends by itself after 60 seconds.
"""

import json
import signal
import sys

from prometheus_client.parser import text_string_to_metric_families

LIMIT_SECONDS = 60


def main():
    signal.alarm(LIMIT_SECONDS)
    text = sys.stdin.buffer.read().decode()
    print(json.dumps([
        {
            "name": family.name, "type": family.type, "help": family.documentation,
            "samples": [[sample.name, sample.labels, sample.value] for sample in family.samples],
        }
        for family in text_string_to_metric_families(text)
    ]))


if __name__ == "__main__":
    main()
