import Testing

/// `stickler node` and `stickler proxy`.
@Suite(.timeLimit(.minutes(1))) struct StandaloneTests {
    @Test func `a node announces itself in one JSON line with real ports, and ends on SIGTERM with 0`() async throws {
        let outcome = try await Standalone.with(.node("east-1")) { node in
            #expect(node.announcement.nodeID == "east-1")
            for address in [node.announcement.listen, node.announcement.control ?? ""] {
                #expect(address.wholeMatch(of: /127\.0\.0\.1:[1-9][0-9]*/) != nil, "\(address)")
            }
            #expect(node.announcement.listen != node.announcement.control)
        }
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(outcome.lines.count == 1, "\(outcome)")
    }

    @Test func `a proxy announces itself in one JSON line with a real port, and ends on SIGTERM with 0`() async throws {
        try await Standalone.withNodes(1) { nodes in
            let outcome = try await Standalone.with(.proxy(nodes)) { proxy in
                #expect(proxy.announcement.listen.wholeMatch(of: /127\.0\.0\.1:[1-9][0-9]*/) != nil)
            }
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(outcome.lines.count == 1, "logs go to standard error\n\(outcome)")
        }
    }

    @Test func `a proxy with a mutant at a rate says at its end what passed and what of it was damaged`() async throws {
        try await Standalone.withNodes(2) { nodes in
            for (rate, isWhole) in [("1/1", true), ("1/3", false)] {
                var proxy = Command.proxy(nodes)
                proxy.arguments += ["--mutant", "cors-overwritten:\(rate)", "--seed", "2"]
                let outcome = try await Standalone.with(proxy) { proxy in
                    let verified = try await Command.verify(
                        proxy.announcement.listen, nodes, "--case", "sockjs/info"
                    ).run()
                    #expect(verified.exitCode == 1, "\(verified)")
                }
                #expect(outcome.exitCode == 0, "\(outcome)")
                try #require(outcome.lines.count == 2, "\(outcome)")
                let tally = try #require(
                    outcome.lines[1].wholeMatch(of: /\{"units":([1-9][0-9]*),"damaged":([1-9][0-9]*)\}/), "\(outcome)")
                #expect((tally.1 == tally.2) == isWhole, "\(outcome)")
            }
        }
    }

    @Test func `a port in use is wrong usage, with the address and how to go on`() async throws {
        try await Standalone.withNodes(1) { nodes in
            let taken = nodes[0].announcement.listen
            for command in [
                Command("node", "--listen", taken), Command("node", "--listen", "127.0.0.1:0", "--control", taken),
                Command("proxy", "--listen", taken, "--node", taken),
            ] {
                let outcome = try await command.run()
                #expect(outcome.exitCode == 2, "\(command.testDescription): \(outcome)")
                #expect(outcome.output.isEmpty, "it announces nothing\n\(outcome)")
                for words in [taken, "Address already in use", "port 0"] {
                    #expect(outcome.errors.contains(words), "\(command.testDescription): \(outcome)")
                }
            }
        }
    }
}
