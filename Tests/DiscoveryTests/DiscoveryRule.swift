import Clocks
import NIOPosix
import Synchronization
import Testing

@testable import Discovery

/// What holds for every registry. Times are a tenth of the true ones unless a rule is about what need not wait for them.
enum DiscoveryRule: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case learnsAtOnce = "a node learns of another long before it reads again"
    case leavesAtOnce = "a node that leaves in order is gone long before its lease ends"
    case leavesWithinItsTime = "leaving ends in time while the registry is stopped"
    case killedNodeLives = "a killed node's record lives until its lease ends, and no longer"
    case onlyReads = "who does not register learns of the others all the same"
    case oneEndpoint = "a node has one endpoint"
    case outageLosesNobody = "a registry that is stopped for longer than a lease loses nobody"
    case leavesAfterOutage =
        "a node that leaves in order is gone at once, also while others have their time to come back"
    case outageKeepsNoDead = "a node that was killed meanwhile is gone once the others had their time"

    var testDescription: String { rawValue }

    /// Far from all that a rule waits for.
    static let patient: DiscoveryTiming = {
        var timing = DiscoveryTiming()
        timing.refresh = .seconds(600)
        timing.heartbeat = .seconds(600)
        timing.lease = .seconds(600)
        return timing
    }()
    static let quick = DiscoveryTiming().scaled(by: 0.1)

    func check(_ site: some RegistrySite) async throws {
        let nodes = Nodes(site)
        switch self {
        case .learnsAtOnce: try await learnsAtOnce(nodes)
        case .leavesAtOnce: try await leavesAtOnce(nodes)
        case .leavesWithinItsTime: try await leavesWithinItsTime(nodes)
        case .killedNodeLives: try await killedNodeLives(nodes)
        case .onlyReads: try await onlyReads(nodes)
        case .oneEndpoint: try await oneEndpoint(nodes)
        case .outageLosesNobody: try await outageLosesNobody(nodes)
        case .leavesAfterOutage: try await leavesAfterOutage(nodes)
        case .outageKeepsNoDead: try await outageKeepsNoDead(nodes)
        }
        for node in nodes.all { node.cut() }
    }

    private func learnsAtOnce(_ nodes: Nodes) async throws {
        let first = try nodes.add(1, Self.patient)
        try await nodes.all(see: [1])
        try nodes.add(2, Self.patient)
        try await nodes.all(see: [1, 2])
        #expect(first.view.refusals == Refusals())
    }

    private func leavesAtOnce(_ nodes: Nodes) async throws {
        try nodes.add(1, Self.patient)
        let second = try nodes.add(2, Self.patient)
        try await nodes.all(see: [1, 2])
        await nodes.remove(second) { await second.leave() }
        try await nodes.all(see: [1])
        // It ends its readers too.
        for await _ in second.views() {}
    }

    private func leavesWithinItsTime(_ nodes: Nodes) async throws {
        let node = try nodes.add(1, Self.quick)
        try await nodes.all(see: [1])
        try await nodes.site.stop()
        await node.leave()
    }

    private func killedNodeLives(_ nodes: Nodes) async throws {
        let first = try nodes.add(1, Self.quick)
        let second = try nodes.add(2, Self.quick)
        try await nodes.all(see: [1, 2])
        let killed = MonotonicClock.now
        await nodes.remove(second) { second.cut() }
        try await nodes.all(see: [1])
        let lived = MonotonicClock.now - killed
        // It was renewed a heartbeat before its end at the earliest.
        #expect(lived > Self.quick.lease - Self.quick.heartbeat - .milliseconds(300), "\(lived)")
        #expect(first.view.isRegistered)
    }

    private func onlyReads(_ nodes: Nodes) async throws {
        let reader = try nodes.site.node(Self.patient, DiscoveryLimits())
        #expect(await reader.view(within: Sample.long) { $0.isKnown } != nil)
        try nodes.add(1, Self.patient)
        #expect(await reader.view(within: Sample.long) { $0.endpoints.numbers == [1] } != nil)
        #expect(!reader.view.isRegistered)
        await reader.leave()
    }

    private func oneEndpoint(_ nodes: Nodes) async throws {
        let node = try nodes.add(1, Self.patient)
        try node.register(Sample.endpoint(1))
        #expect(throws: RegistrationError.registered("http://10.0.0.1:1")) { try node.register(Sample.endpoint(2)) }
    }

    private func outageLosesNobody(_ nodes: Nodes) async throws {
        for number in 1...3 { try nodes.add(number, Self.quick) }
        try await nodes.all(see: [1, 2, 3])
        try await nodes.losesNobody {
            try await nodes.site.stop()
            try await nodes.all { $0.trouble != nil }
            try await nodes.stay(for: Self.quick.lease * 1.25)
            #expect(nodes.all.allSatisfy { !$0.view.isRegistered }, "the lease must have ended meanwhile")
            try await nodes.site.resume()
            try await nodes.all { $0.trouble == nil && $0.isRegistered }
            // Longer than what is missing stays.
            try await nodes.stay(for: Self.quick.lease * 1.5)
        }
        try nodes.add(4, Self.quick)
        try await nodes.all(see: [1, 2, 3, 4])
    }

    private func leavesAfterOutage(_ nodes: Nodes) async throws {
        var timing = Self.quick
        timing.lease = .seconds(600)
        try nodes.add(1, timing)
        let second = try nodes.add(2, timing)
        try await nodes.all(see: [1, 2])
        try await nodes.site.stop()
        // So long that a reading has failed too.
        try await nodes.stay(for: timing.refresh * 3)
        try await nodes.all { $0.trouble != nil }
        try await nodes.site.resume()
        try await nodes.all { $0.trouble == nil && $0.isRegistered }
        await nodes.remove(second) { await second.leave() }
        try await nodes.all(see: [1])
    }

    private func outageKeepsNoDead(_ nodes: Nodes) async throws {
        try nodes.add(1, Self.quick)
        let second = try nodes.add(2, Self.quick)
        try await nodes.all(see: [1, 2])
        try await nodes.site.stop()
        try await nodes.all { $0.trouble != nil }
        await nodes.remove(second) { second.cut() }
        try await nodes.site.resume()
        try await nodes.all { $0.trouble == nil && $0.isRegistered }
        try await nodes.all(see: [1])
    }
}
