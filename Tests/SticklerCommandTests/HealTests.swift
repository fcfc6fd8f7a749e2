import Foundation
import TestSupport
import Testing

/// `stickler heal`, `--token-file`, and what keeps two runs from one node.
@Suite(.timeLimit(.minutes(1))) struct HealTests {
    /// A request to a control plane, as anybody with a shell makes it; the status of the answer.
    private func control(_ method: String, _ address: String, _ target: String, _ body: String) async throws -> Int {
        let request =
            "\(method) \(target) HTTP/1.1\\r\\nHost: \(address)\\r\\nContent-Type: application/json\\r\\n"
            + "Connection: close\\r\\nContent-Length: \(body.utf8.count)\\r\\n\\r\\n\(body)"
        let port = address.split(separator: ":").last ?? ""
        var bash = Command("-c", "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(request)' >&3; head -1 <&3")
        bash.program = "/bin/bash"
        let outcome = try await bash.run()
        return Int(outcome.output.split(separator: " ").dropFirst().first ?? "") ?? 0
    }

    @Test func `heals what a killed run left, and says what; a node that is not there is exit 3`() async throws {
        let silent = try await URLTests.silentAddress()
        try await Standalone.withNodes(2) { nodes in
            let controls = nodes.map { $0.announcement.control ?? "" }
            for fault in ["kill", "unhealthy"] {
                #expect(try await control("POST", controls[0], "/faults", "{\"fault\":\"\(fault)\"}") == 200)
            }
            let all = try await Command("heal", "--node", controls[0], "--node", silent, "--node", controls[1]).run()
            #expect(all.exitCode == 3, "\(all)")
            #expect(
                Set(all.lines) == [
                    "n1 at \(controls[0]): healed kill, unhealthy", "n2 at \(controls[1]): nothing to heal",
                ],
                "\(all)")
            #expect(all.errors.contains("no node answers at control address \(silent)"), "\(all)")
            let again = try await Command("heal", "--node", controls[0]).run()
            #expect(again.exitCode == 0, "\(again)")
            #expect(again.lines == ["n1 at \(controls[0]): nothing to heal"], "\(again)")
        }
    }

    @Test func `a node that another run has is wrong usage, with who has it and the way out`() async throws {
        try await Standalone.withNodes(2) { nodes in
            let address = nodes[0].announcement.control ?? ""
            #expect(try await control("POST", address, "/lease", #"{"holder":"the night run"}"#) == 200)
            let refused = try await Command.verify("127.0.0.1:1", nodes).run()
            #expect(refused.exitCode == 2, "\(refused)")
            for words in ["node n1 is in use by the night run", "stickler heal --node \(address)"] {
                #expect(refused.errors.contains(words), "\(refused)")
            }
            #expect(try await Command("heal", "--node", address).run().exitCode == 0)
            // Now it is the front that does not answer.
            #expect(try await Command.verify("127.0.0.1:1", nodes).run().exitCode == 3)
        }
    }

    @Test func `off loopback a node does not start without a token, and says how to make one`() async throws {
        let outcome = try await Command("node", "--listen", "127.0.0.1:0", "--control", "0.0.0.0:0").run()
        #expect(outcome.exitCode == 2, "\(outcome)")
        for words in ["0.0.0.0:0 is not on loopback", "--token-file", "head -c 24 /dev/urandom | base64"] {
            #expect(outcome.errors.contains(words), "\(outcome)")
        }
    }

    @Test func `a token is asked for by its own words, and does`() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/token"
            let other = directory + "/other"
            try Data("0123456789abcdef0123\n".utf8).write(to: URL(fileURLWithPath: file))
            try Data("abcdef01234567890123\n".utf8).write(to: URL(fileURLWithPath: other))
            let command = Command("node", "--listen", "127.0.0.1:0", "--control", "0.0.0.0:0", "--token-file", file)
            let second = Command(
                "node", "--id", "n2", "--listen", "127.0.0.1:0", "--control", "0.0.0.0:0", "--token-file", file)
            try await Standalone.with(command) { node in
                try await Standalone.with(second) { peer in
                    let address = "127.0.0.1:\(node.announcement.control?.split(separator: ":").last ?? "")"
                    let next = "127.0.0.1:\(peer.announcement.control?.split(separator: ":").last ?? "")"
                    func verify(_ options: String...) -> Command {
                        Command(["verify", "--url", "http://127.0.0.1:1", "--node", address, "--node", next] + options)
                    }
                    for (command, words) in [
                        (verify(), "asks for its token"), (verify("--token-file", other), "another token"),
                        (verify("--token-file", directory + "/none"), "can't be read"),
                    ] {
                        let outcome = try await command.run()
                        #expect(outcome.exitCode == 2, "\(outcome)")
                        #expect(outcome.errors.contains(words), "\(outcome)")
                    }
                    let known = try await verify("--token-file", file).run()
                    #expect(known.errors.contains("nothing answers at http://127.0.0.1:1"), "\(known)")
                    #expect(try await Command("heal", "--node", address, "--token-file", file).run().exitCode == 0)
                }
            }
        }
    }
}
