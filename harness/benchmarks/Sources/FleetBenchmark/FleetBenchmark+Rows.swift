import BenchmarkTable
import Glibc

extension FleetBenchmark {
    /// What clients that talk took: nanoseconds of CPU for a message, and messages a second.
    typealias Talk = (cost: Double, rate: Double)

    // MARK: Clients that talk

    mutating func echo() throws {
        let runs = try talk(.echo)
        show("WebSocket messages of 32 B there and back, one at a time from each of \(clients) clients", .echo, runs)
        must(
            [("RawClient", 1.25), ("tsung", 1 / 3), ("k6", 1 / 5), ("picows", 1.2)], runs.mapValues { $0.map(\.cost) },
            "CPU")
    }

    mutating func poll() throws {
        let runs = try talk(.polling)
        show(
            "messages of 32 B there and back over xhr-polling, two requests each, one at a time from each of \(clients) clients",
            .polling, runs)
        must([("wrk", 1.5)], runs.mapValues { $0.map(\.cost) }, "CPU on the same requests")
    }

    private func talk(_ mode: FleetPeer.Mode) throws -> [String: [Talk]] {
        var runs: [String: [Talk]] = [:]
        for _ in 0..<rounds {
            for peer in peers(mode) {
                runs[peer.program, default: []].append(try talk(peer, mode, clients: clients))
            }
        }
        return runs
    }

    private func talk(_ peer: FleetPeer, _ mode: FleetPeer.Mode, clients: Int) throws -> Talk {
        try run(peer, mode, clients: clients) { run in
            // Until all are under way.
            usleep(1_000_000)
            let result = try run.measure(seconds: seconds)
            return (result.cpu / result.messages, result.messages / result.seconds)
        }
    }

    private mutating func show(_ title: String, _ mode: FleetPeer.Mode, _ runs: [String: [Talk]]) {
        table.heading(title, ["CPU s/100 000", "stickler takes", "each/s"])
        for peer in peers(mode) {
            let (ours, theirs) = (runs["stickler"] ?? [], runs[peer.program] ?? [])
            let ratio = Sample.median(zip(ours, theirs).map { $0.cost / $1.cost })
            table.line(
                peer.name,
                [
                    Table.short(Sample.median(theirs.map(\.cost)) / 1e4),
                    peer.program == "stickler" ? "" : "\(Table.short(ratio))×",
                    Table.short(Sample.median(theirs.map(\.rate))),
                ])
        }
    }

    /// What a message takes where there are many clients, beside what it takes where there are few.
    mutating func grow() throws {
        let peers = peers(.echo).filter { ["stickler", "RawClient"].contains($0.program) }
        var few: [String: [Double]] = [:]
        var many: [String: [Double]] = [:]
        for _ in 0..<rounds {
            for peer in peers {
                few[peer.program, default: []].append(try talk(peer, .echo, clients: growth.few).cost)
                many[peer.program, default: []].append(try talk(peer, .echo, clients: growth.many).cost)
            }
        }
        table.heading(
            "growth of CPU for a WebSocket message, from \(growth.few) to \(growth.many) clients",
            ["CPU s/100 000", "of \(growth.many)", "growth"])
        var ratios: [String: [Double]] = [:]
        for peer in peers {
            let (few, many) = (few[peer.program] ?? [], many[peer.program] ?? [])
            ratios[peer.program] = zip(many, few).map { $0 / $1 }
            table.line(
                peer.name,
                [
                    Table.short(Sample.median(few) / 1e4), Table.short(Sample.median(many) / 1e4),
                    "\(Table.short(Sample.median(ratios[peer.program] ?? [])))×",
                ])
        }
        must([("RawClient", 1.15)], ratios, "growth")
    }

    // MARK: Clients that say nothing

    mutating func idle() throws {
        var bytes: [String: [Double]] = [:]
        var costs: [String: [Double]] = [:]
        for _ in 0..<rounds {
            for peer in peers(.idle) {
                let client = try more(peer, .idle)
                bytes[peer.program, default: []].append(client.bytes)
                costs[peer.program, default: []].append(client.cpu)
            }
        }
        table.heading(
            "idle WebSockets, from \(crowd.few) to \(crowd.many)", ["KiB each", "connects/CPU s", "stickler's are"])
        for peer in peers(.idle) {
            let (ours, theirs) = (costs["stickler"] ?? [], costs[peer.program] ?? [])
            let ratio = Sample.median(zip(ours, theirs).map { $1 / $0 })
            table.line(
                peer.name,
                [
                    Table.short(Sample.median(bytes[peer.program] ?? []) / 1_024),
                    Table.short(1e9 / Sample.median(theirs)),
                    peer.program == "stickler" ? "" : "\(Table.short(ratio))×",
                ])
        }
        mustFit(6, bytes["stickler"] ?? [])
        let connects = costs.mapValues { $0.map { 1 / $0 } }
        for (program, least) in [("RawClient", 0.8), ("tsung", 1.7), ("k6", 4)] {
            guard let ratio = ratio(connects, program), let peer = FleetPeer.all.first(where: { $0.program == program })
            else { continue }
            table.judge(
                "≥ \(Table.short(least)) × \(peer.name)'s connects/CPU s (\(Table.short(ratio))×)", ratio >= least)
        }
    }

    mutating func sessions() throws {
        for (mode, name, most) in [(FleetPeer.Mode.idlePolling, "xhr-polling", 8.0), (.idleMeteor, "DDP", 10)] {
            guard let ours = peers(mode).first else { continue }
            var bytes: [Double] = []
            for _ in 0..<rounds { bytes.append(try more(ours, mode).bytes) }
            table.heading("idle sessions of \(name), from \(crowd.few) to \(crowd.many)", ["KiB each"])
            table.line(ours.name, [Table.short(Sample.median(bytes) / 1_024)])
            mustFit(most, bytes)
        }
    }

    /// What one more idle client takes: bytes of memory, and nanoseconds of CPU until it is connected.
    private func more(_ peer: FleetPeer, _ mode: FleetPeer.Mode) throws -> (bytes: Double, cpu: Double) {
        // A client that polls may have a second connection, and a process 20 000 files.
        let many = mode == .idlePolling ? min(crowd.many, 9_500) : crowd.many
        let sizes = try [crowd.few, many].map { clients in
            try run(peer, mode, clients: clients) { run in
                let cpu = run.cpu()
                // What collects garbage or grows buffers does so now.
                usleep(2_000_000)
                return (bytes: run.residentBytes(), cpu: cpu)
            }
        }
        let count = Double(many - crowd.few)
        return ((sizes[1].bytes - sizes[0].bytes) / count, (sizes[1].cpu - sizes[0].cpu) / count)
    }

    // MARK: Targets

    private mutating func mustFit(_ kibibytes: Double, _ bytes: [Double]) {
        let ours = Sample.median(bytes) / 1_024
        table.judge("≤ \(Table.short(kibibytes)) KiB each (\(Table.short(ours)))", ours <= kibibytes)
    }

    /// Says of each bound whether ours keeps it.
    private mutating func must(
        _ bounds: [(program: String, most: Double)], _ costs: [String: [Double]], _ what: String
    ) {
        for bound in bounds {
            guard let ratio = ratio(costs, bound.program),
                let peer = FleetPeer.all.first(where: { $0.program == bound.program })
            else { continue }
            table.judge(
                "≤ \(Table.short(bound.most)) × \(peer.name)'s \(what) (\(Table.short(ratio))×)", ratio <= bound.most)
        }
    }

    /// Ours by theirs; nil where one of them was not measured.
    private func ratio(_ values: [String: [Double]], _ program: String) -> Double? {
        guard let ours = values["stickler"], let theirs = values[program] else { return nil }
        return Sample.median(zip(ours, theirs).map { $0 / $1 })
    }
}
