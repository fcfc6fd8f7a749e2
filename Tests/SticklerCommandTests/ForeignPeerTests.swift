import Foundation
import Testing

/// Clients that share no line of code with us, through the proxy to a node.
@Suite(.timeLimit(.minutes(1))) struct ForeignPeerTests {
    static let python = "\(Command.checkout)/.build-peers/venv/bin/python"
    static let isTested = Balancer.inCI || FileManager.default.isExecutableFile(atPath: python)

    @Test(
        .enabled(if: isTested, "no .build-peers/venv: the PyPI client is left out; harness/test installs it"))
    func `PyPI's websockets talks through the reference proxy`() async throws {
        try await Standalone.withNodes(1) { nodes in
            try await Standalone.with(.proxy(nodes)) { proxy in
                var client = Command(
                    "\(Command.checkout)/harness/peers/websockets_client.py", "ws://\(proxy.announcement.listen)")
                client.program = Self.python
                let outcome = try await client.run()
                #expect(outcome.exitCode == 0, "\(outcome)")
                let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
                let result = try #require(document as? [String: Any])
                #expect(result["ok"] as? Bool == true, "\(outcome)")
                #expect(result["node"] as? String == "n1", "it was a node of ours that echoed\n\(outcome)")
            }
        }
    }
}
