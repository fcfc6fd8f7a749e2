import Foundation
import TestSupport
import Testing

/// What a user says of a balancer on their own word.
@Suite(.timeLimit(.minutes(3))) struct DeclarationTests {
    @Test func `a feature left out makes its cases unsupported, and the closing line names it`() async throws {
        let outcome = try await Command(
            "verify", "--without", "fallback", "--case", "fallback/*", "--case", "sockjs/info", "--verbose"
        ).run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(
            outcome.lines.contains {
                $0.hasPrefix("unsupported  fallback/upgrade-refused") && $0.contains("you said so (--without fallback)")
            }, "\(outcome)")
        #expect(outcome.lines.suffix(2).joined(separator: " ").contains("without fallback as you said"), "\(outcome)")
        #expect(!outcome.output.contains("Sessions stick"), "\(outcome)")
    }

    @Test func `a core feature left out is left out of the claims in the report`() async throws {
        let outcome = try await Command(
            "verify", "--without", "websocket-upgrade", "--case", "sockjs/info", "--report", "json=-"
        ).run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(!outcome.output.contains("    \"websocket-upgrade\",\n      \"polling"), "\(outcome)")
        #expect(outcome.output.contains("\"without\" : [\n      \"websocket-upgrade\"\n    ]"), "\(outcome)")
    }

    @Test func `skipped cases don't run`() async throws {
        let outcome = try await Command("verify", "--case", "sockjs/info*", "--skip", "*/info").run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(outcome.lines.first?.hasSuffix(": 1 case") == true, "\(outcome)")
        #expect(outcome.output.contains("sockjs/info-agrees-with-upgrade"), "\(outcome)")
    }

    @Test(.enabled(if: Balancer.isTested("nginx"), "nginx is not installed"))
    func `a copy of a shipped configuration is held to what that one is held to`() async throws {
        try await withTemporaryDirectory { directory in
            let folder = "\(Command.checkout)/harness/balancers/nginx"
            let copy = "\(directory)/mine.conf"
            try ("\n" + String(contentsOfFile: "\(folder)/session.conf", encoding: .utf8) + "\n\n")
                .write(toFile: copy, atomically: true, encoding: .utf8)
            // Needs client-affinity, which the variant "session" does not claim.
            let outcome = try await Command(
                "verify", "--balancer", "nginx", "--config", copy, "--case", "stickiness/websocket-first", "--case",
                "sockjs/info"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(outcome.output.contains("unsupported  stickiness/websocket-first"), "\(outcome)")
        }
    }

    @Test(.enabled(if: Balancer.isTested("nginx"), "nginx is not installed"))
    func `a configuration of one's own is held to the claims of the variant it stands for`() async throws {
        try await withTemporaryDirectory { directory in
            let folder = "\(Command.checkout)/harness/balancers/nginx"
            let mine = "\(directory)/mine.conf"
            try ("# mine\n" + String(contentsOfFile: "\(folder)/session.conf", encoding: .utf8))
                .write(toFile: mine, atomically: true, encoding: .utf8)
            let outcome = try await Command(
                "verify", "--balancer", "nginx", "--config", mine, "--as", "nginx/session", "--case",
                "stickiness/websocket-first", "--case", "sockjs/info"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(outcome.output.contains("unsupported  stickiness/websocket-first"), "\(outcome)")
        }
    }

    @Test(arguments: ["client", "session", "address"])
    func `any scope can be declared`(_ scope: String) async throws {
        try await Standalone.withProxy { proxy, nodes in
            let outcome = try await Command.verify(
                proxy.announcement.listen, nodes, "--scope", scope, "--case", "sockjs/info", "--case",
                "stickiness/shared-connection"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(
                outcome.output.contains("unsupported  stickiness/shared-connection") == (scope == "address"),
                "\(outcome)")
        }
    }

    @Test func `a url is held to the claims of the balancer it is said to be`() async throws {
        try await Standalone.withProxy { proxy, nodes in
            let outcome = try await Command.verify(
                proxy.announcement.listen, nodes, "--as", "nginx", "--case", "failover/hung-node", "--case",
                "sockjs/info", "--verbose"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(outcome.output.contains("unsupported  failover/hung-node"), "\(outcome)")
            #expect(outcome.output.contains("https://nginx.org/"), "\(outcome)")
        }
    }
}
