"""A foreign end for histograms: PyPI's `hdrhistogram`, a port of the C library.

Reads one JSON object from standard input and answers with one on standard output. `do` says what to do:

  read   "histograms": V2 texts, "percentiles"    → "summaries": of each
  write  "lowest", "highest", "digits", "parts": [[[value, count]…]…]; every
         fourth value, where it is a multiple of "interval", is corrected by it
                                                   → "histograms": V2 text of each part, "sum": of all, "summary": of the sum
  log    "path": of a log                          → "start": seconds, "intervals": [{"tag", "start", "end", "summary"}…]

A summary has "count", "min", "max", "mean", "values" at the percentiles and "recorded": [[first value, count]…].
The process ends by itself after 60 seconds.
"""

import json
import signal
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

LIMIT_SECONDS = 60
PERCENTILES = [0, 1, 50, 90, 99, 99.9, 100]


def summary(histogram, percentiles=PERCENTILES):
    return {
        "count": histogram.get_total_count(),
        "min": histogram.get_min_value(),
        "max": histogram.get_max_value(),
        "mean": histogram.get_mean_value(),
        "values": [histogram.get_value_at_percentile(percentile) for percentile in percentiles],
        "recorded": [
            [histogram.get_lowest_equivalent_value(item.value_iterated_to), item.count_at_value_iterated_to]
            for item in histogram.get_recorded_iterator()
        ],
    }


def read(histograms, percentiles):
    return {"summaries": [summary(HdrHistogram.decode(text), percentiles) for text in histograms]}


def write(lowest, highest, digits, interval, parts):
    histograms, total = [], None
    for part in parts:
        histogram = HdrHistogram(lowest, highest, digits)
        for index, (value, count) in enumerate(part):
            # Its correction ends at the last value above 0, Java's and ours at the interval; they agree on multiples.
            if index % 4 == 3 and value % interval == 0:
                histogram.record_corrected_value(value, interval, count)
            else:
                histogram.record_value(value, count)
        text = histogram.encode().decode()
        histograms.append(text)
        # It would take 0 for the least value of a sum that begins empty.
        if total is None:
            total = HdrHistogram.decode(text)
        else:
            total.decode_and_add(text)
    return {"histograms": histograms, "sum": total.encode().decode(), "summary": summary(total)}


def log(path):
    reader = HistogramLogReader(path, None)
    intervals = []
    while (histogram := reader.get_next_interval_histogram()) is not None:
        intervals.append({
            "tag": histogram.get_tag(), "start": histogram.get_start_time_stamp(), "end": histogram.get_end_time_stamp(),
            "summary": summary(histogram),
        })
    start = reader.get_start_time_sec()
    reader.close()
    return {"start": start, "intervals": intervals}


def main():
    signal.alarm(LIMIT_SECONDS)
    request = json.load(sys.stdin)
    print(json.dumps({"read": read, "write": write, "log": log}[request.pop("do")](**request)))


if __name__ == "__main__":
    main()
