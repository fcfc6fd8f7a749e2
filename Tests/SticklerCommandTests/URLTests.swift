import Foundation
import Testing

/// `verify --url`: a balancer that already runs, in front of nodes that already run. The catalogue takes four minutes
/// there, since what must outlast true time is not shortened.
@Suite(.serialized, .timeLimit(.minutes(10))) struct URLTests {
    @Test func `the whole catalogue passes against our proxy and nodes in processes of their own`() async throws {
        try await Standalone.withProxy { proxy, nodes in
            // These wait for five minutes more, one after the other; on benches of ours they are run in scaled time.
            let outcome = try await Command.verify(
                proxy.announcement.listen, nodes, "--skip", "idle/first-byte", "--skip", "idle/one-way", "--skip",
                "idle/poll-cutoff", "--skip", "idle/tunnel-*"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
        }
    }

    @Test(arguments: ["", "/app", "/app/app"])
    func `a balancer that already runs is not asked for names of ours, and may have a path of its own`(
        _ path: String
    ) async throws {
        try await Standalone.withProxy { proxy, nodes in
            let outcome = try await Command.verify(
                proxy.announcement.listen + path, nodes, "--case", "headers/*", "--case", "paths/prefix", "--verbose"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
            for words in [
                "pass         headers/client-address", "unobservable headers/host-names", "pass         paths/prefix",
                "verify each of its URLs in turn",
            ] {
                #expect(outcome.output.contains(words), "\(outcome)")
            }
        }
    }

    /// An address that was free a moment ago: nothing answers there.
    static func silentAddress() async throws -> String {
        let outcome = try await Standalone.with(.node("n1")) { _ in }
        let announcement = try JSONDecoder().decode(Standalone.Announcement.self, from: Data(outcome.output.utf8))
        return announcement.listen
    }

    @Test func `an address where nothing answers is unreachable`() async throws {
        let silent = try await Self.silentAddress()
        try await Standalone.withNodes(2) { nodes in
            let outcome = try await Command.verify(silent, nodes).run()
            #expect(outcome.exitCode == 3, "\(outcome)")
            for words in ["nothing answers at http://\(silent)", "Connection refused", "is the balancer running"] {
                #expect(outcome.errors.contains(words), "\(outcome)")
            }
        }
    }

    @Test func `a control address where nothing answers is unreachable`() async throws {
        let silent = try await Self.silentAddress()
        let outcome = try await Command(
            "verify", "--url", "http://127.0.0.1:1", "--node", silent, "--node", silent
        ).run()
        #expect(outcome.exitCode == 3, "\(outcome)")
        for words in ["no node answers at control address \(silent)", "--control \(silent)"] {
            #expect(outcome.errors.contains(words), "\(outcome)")
        }
    }

    @Test func `a control address where something else answers is no node`() async throws {
        try await Standalone.withProxy { proxy, nodes in
            // A proxy answers for a node, and says nothing of control.
            let page = proxy.announcement.listen
            let outcome = try await Command.verify(page, Array(nodes.prefix(1)), "--node", page).run()
            #expect(outcome.exitCode == 2, "\(outcome)")
            #expect(outcome.errors.contains("not its control address"), "\(outcome)")
        }
    }

    @Test func `a balancer in front of other nodes than those given is not the one meant`() async throws {
        try await Standalone.withProxy { proxy, _ in
            try await Standalone.withNodes(2) { others in
                let outcome = try await Command.verify(proxy.announcement.listen, others).run()
                #expect(outcome.exitCode == 3, "\(outcome)")
                for words in ["by node n", "none of those given", "--node for each node"] {
                    #expect(outcome.errors.contains(words), "\(outcome)")
                }
            }
        }
    }

    @Test func `two nodes of one id are refused`() async throws {
        try await Standalone.withNodes(1) { nodes in
            try await Standalone.withNodes(1) { twins in
                let outcome = try await Command.verify("127.0.0.1:1", nodes + twins).run()
                #expect(outcome.exitCode == 2, "\(outcome)")
                #expect(outcome.errors.contains("--id"), "\(outcome)")
            }
        }
    }
}
