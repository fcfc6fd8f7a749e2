import Clocks
import Balancers
import Claims
import Fleet
import Foundation
import History
import Testing
import Verdicts

@testable import Lab

@Suite("What the balancer itself says is in the history of the case that runs", .timeLimit(.minutes(1)))
struct BalancerWordsTests {
    static func manifest(_ name: String) throws -> BalancerManifest {
        try BalancerCatalog.locate().manifest(name)
    }

    static func isTested(_ name: String) -> Bool {
        ProcessInfo.processInfo.environment["CI"] != nil || (try? manifest(name).isInstalled) != false
    }

    static func lines(_ history: RunHistory) -> [String] {
        history.events.compactMap {
            if case .balancerOutput(let output) = $0.kind { return output.line }
            return nil
        }
    }

    /// What HAProxy says of a killed node; where this process stands still it may find one down by a time-out.
    private static let down = "app/n2 is DOWN, reason: Layer4 connection problem"

    @Test("HAProxy's line about a node that is gone, and its end", .enabled(if: isTested("haproxy")))
    func haproxy() async throws {
        let manifest = try Self.manifest("haproxy")
        let template = try manifest.template(of: manifest.variant(nil))
        let loops = BenchLoops()
        let site = try await BenchSite.start(.balancer(manifest, BalancerSetup(template)), loops: loops)
        let bench = try await TestBench(site: site, caseID: "lab/test", seed: 1)
        let node = bench.nodes[1]
        try await bench.inject(.kill, on: node)
        let deadline = MonotonicClock.now + .seconds(10)
        while site.balancerOutput?.contains(Self.down) != true, MonotonicClock.now < deadline {
            try await bench.pause(.milliseconds(10))
        }
        let history = try await bench.finish()
        await site.shutdown()
        try await loops.shutdown()
        let kill = try #require(history.view.fault(.kill))
        let events = history.events.filter {
            if case .balancerOutput(let output) = $0.kind { return output.line.contains(Self.down) }
            return false
        }
        #expect(events.count == 1, "\(Self.lines(history))")
        #expect(events.allSatisfy { $0.actor == .lab && $0.time > kill.time })
        #expect(!history.view.isTruncated)
    }

    @Test(
        "A site in front of a real balancer tells what its manifest says of faults, and has the time it is asked for",
        .enabled(if: isTested("haproxy")), arguments: [nil, 1.0])
    func facts(_ timeScale: Double?) async throws {
        let manifest = try Self.manifest("haproxy")
        let target = BenchTarget.balancer(manifest, BalancerSetup(try manifest.template(of: manifest.variant(nil))))
        let loops = BenchLoops()
        let site = try await BenchSite.start(target, loops: loops, timeScale: timeScale)
        let faults = FaultClaims(failover: .rehome, killedMilliseconds: 3_000)
        let history = try await TestBench(site: site, caseID: "lab/test", seed: 1, faults: faults).finish()
        await site.shutdown()
        try await loops.shutdown()
        #expect(target.timeScale == BenchTarget.labTimeScale)
        #expect(history.view.timeScale == timeScale ?? BenchTarget.labTimeScale)
        #expect(
            history.view.bench?.faultClaims == faults)
    }

    @Test("A template with an idle time that is no placeholder has true time")
    func mixedTimes() throws {
        let manifest = try Self.manifest("nginx")
        var template = try manifest.template(of: manifest.variant(nil))
        template.text.replace("proxy_send_timeout {{1h}};", with: "proxy_send_timeout 10s;")
        #expect(BenchTarget.balancer(manifest, BalancerSetup(template)).timeScale == 1)
    }
}
