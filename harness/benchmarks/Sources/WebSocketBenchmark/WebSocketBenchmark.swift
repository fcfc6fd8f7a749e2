import AllocationCounter
import Glibc
import WebSocketCodec

@main
struct WebSocketBenchmark {
    static let sizes = [32, 125, 1_024, 16_384, 1 << 20]
    static let decodeTargets = [125: 10.0, 1_024: 15.0, 16_384: 25.0]
    static let encodeTarget = 10.0

    private var table = Table()
    private var rounds = 15
    private var milliseconds = 8.0

    static func main() {
        var benchmark = WebSocketBenchmark()
        guard benchmark.readArguments() else {
            print("usage: harness/bench websocket [--rounds N] [--milliseconds N]  (for each contender and row)")
            exit(2)
        }
        benchmark.run()
    }

    private mutating func readArguments() -> Bool {
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            guard let value = arguments.popFirst().flatMap({ Int($0) }), value > 0 else { return false }
            switch option {
            case "--rounds": rounds = value
            case "--milliseconds": milliseconds = Double(value)
            default: return false
            }
        }
        return true
    }

    private mutating func run() {
        checkAllocationCounter()
        print(
            "CPU time of this process; best of \(rounds) rounds of \(Int(milliseconds)) ms in turn; ratios are of this run"
        )
        for isMasked in [true, false] { decode(isMasked: isMasked) }
        for isMasked in [true, false] { encode(isMasked: isMasked) }
        masking()
        deflate()
        table.finish()
        exit(table.missed == 0 ? 0 : 1)
    }

    private func checkAllocationCounter() {
        let before = allocation_count()
        allocation_plant(1_000)
        let counted = allocation_count() - before
        print("allocation counter: \(counted) of 1000 planted allocations counted")
        guard counted == 1_000 else {
            print("the counter is not in place; allocation figures would mean nothing")
            exit(1)
        }
    }

    // MARK: Frames

    private mutating func decode(isMasked: Bool) {
        table.heading(
            "decode\(isMasked ? " and unmask" : ", unmasked")",
            ["ns/frame", "frames/s", "MB/s", "allocations", "× NIOWebSocket", "% of memcpy"])
        for size in Self.sizes {
            let traffic = FrameTraffic(payloadBytes: size, isMasked: isMasked)
            let results = Stopwatch.compare(
                [
                    CodecContenders.decoder(traffic), CodecContenders.receiver(traffic),
                    NIOContenders.bareDecoder(traffic), MemoryCopy.contender(traffic),
                    NIOContenders.decoder(traffic),
                ], rounds: rounds, millisecondsEach: milliseconds)
            // The payload's own memory is two allocations, the storage object and its bytes. Frames that came in one
            // read may share it; a frame that lies across reads, and one that fills its read masked, has its own.
            let across = min(1, Double(size) / Double(FrameTraffic.readBytes))
            let allowed: Double? = size > FrameTraffic.readBytes ? nil : isMasked ? 2 : 2 * across + 0.02
            let target = isMasked ? Self.decodeTargets[size] : nil
            line("\(Table.size(size)) frames", results[0], size, results, target, allowed)
            line("\(Table.size(size)) connection", results[1], size, results, target, allowed)
            line("\(Table.size(size)) NIOWebSocket", results[2], size, results, nil, nil)
            line("\(Table.size(size)) NIOWebSocket, handler", results[4], size, results, nil, nil)
        }
    }

    private mutating func encode(isMasked: Bool) {
        table.heading(
            isMasked
                ? "encode and mask"
                : "encode, unmasked (NIOWebSocket writes the payload on without copying it: no target)",
            ["ns/frame", "frames/s", "MB/s", "allocations", "× NIOWebSocket", "% of memcpy"])
        for size in Self.sizes {
            let traffic = FrameTraffic(payloadBytes: size, isMasked: isMasked)
            let results = Stopwatch.compare(
                [
                    CodecContenders.encoder(traffic), CodecContenders.sender(traffic),
                    NIOContenders.encoder(traffic), MemoryCopy.contender(traffic),
                ], rounds: rounds, millisecondsEach: milliseconds)
            let target = isMasked ? Self.encodeTarget : nil
            line("\(Table.size(size)) frames", results[0], size, results, target, 0.05)
            line("\(Table.size(size)) connection", results[1], size, results, target, nil)
            line("\(Table.size(size)) NIOWebSocket", results[2], size, results, nil, nil)
        }
    }

    private mutating func line(
        _ name: String, _ result: Measurement, _ size: Int, _ all: [Measurement], _ target: Double?, _ allowed: Double?
    ) {
        let ratio = all[2].nanoseconds / result.nanoseconds
        let allocations = (result.allocations * 100).rounded() / 100
        table.line(
            name,
            [
                Table.short(result.nanoseconds), Table.short(1e9 / result.nanoseconds),
                Table.short(Double(size) * 1e3 / result.nanoseconds),
                allowed.map { table.judged(allocations, atMost: $0, unit: "") } ?? Table.short(allocations),
                target.map { table.judged(ratio, atLeast: $0) } ?? Table.short(ratio),
                Table.short(all[3].nanoseconds / result.nanoseconds * 100),
            ])
    }

    private mutating func masking() {
        table.heading("masking (FrameEncoder with one key) against memcpy", ["ns/frame", "memcpy ns", "% of memcpy"])
        for size in Self.sizes {
            let traffic = FrameTraffic(payloadBytes: size, isMasked: true)
            let results = Stopwatch.compare(
                [
                    CodecContenders.encoder(traffic, maskingKeys: .fixed(MaskingKey(0x37, 0xFA, 0x21, 0x3D))),
                    MemoryCopy.contender(traffic),
                ], rounds: rounds,
                millisecondsEach: milliseconds)
            let percent = results[1].nanoseconds / results[0].nanoseconds * 100
            table.line(
                Table.size(size),
                [
                    Table.short(results[0].nanoseconds), Table.short(results[1].nanoseconds),
                    size == 16_384 ? table.judged(percent, atLeast: 50, unit: "%") : Table.short(percent),
                ])
        }
    }

    // MARK: permessage-deflate

    private mutating func deflate() {
        table.heading(
            "permessage-deflate against zlib alone",
            ["ns/message", "MB/s", "allocations", "zlib ns", "time / zlib's"])
        for size in [1_024, 16_384] {
            for level in [1, 6] {
                for takesOver in [true, false] {
                    let traffic = DeflateTraffic(level: level, takesOver: takesOver, messageBytes: size)
                    let name = "\(Table.size(size)) level \(level)\(takesOver ? " takeover" : "")"
                    compressed("deflate", name, size, [traffic.sender(), traffic.rawDeflater()])
                    compressed("inflate", name, size, [traffic.receiver(), traffic.rawInflater()])
                }
            }
        }
    }

    private mutating func compressed(_ what: String, _ name: String, _ size: Int, _ contenders: [Contender]) {
        let results = Stopwatch.compare(contenders, rounds: rounds, millisecondsEach: milliseconds)
        let ratio = results[0].nanoseconds / results[1].nanoseconds
        table.line(
            "\(what) \(name)",
            [
                Table.short(results[0].nanoseconds), Table.short(Double(size) * 1e3 / results[0].nanoseconds),
                Table.short((results[0].allocations * 100).rounded() / 100), Table.short(results[1].nanoseconds),
                what == "deflate" ? table.judged(ratio, atMost: 1.1) : Table.short(ratio),
            ])
    }
}
