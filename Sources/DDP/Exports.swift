// Whoever lets time into these machines names the clock it comes from.

@_exported public import struct Clocks.MonotonicClock
