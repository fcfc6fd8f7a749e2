import History
import NIOCore
import NIOPosix
import ReferenceNode
import Testing
import WebSocketCodec
import Wire

@Suite(.timeLimit(.minutes(1))) struct `Faults` {
    private func isRefused(_ bench: NodeBench) async -> Bool {
        do {
            let client = try await bench.connect()
            try await client.close()
            return false
        } catch {
            return true
        }
    }

    private func isUnanswered(_ bench: NodeBench) async throws -> Bool {
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.milliseconds(300)).connect(to: bench.node.listen.socketAddress()).get()
            try await channel.close()
            return false
        } catch ChannelError.connectTimeout {
            return true
        }
    }

    @Test func `kill closes everything at once, healing is a new boot on the same port`() async throws {
        try await NodeBench.run { bench in
            let before = try await bench.status()
            #expect(before.state == "serving")
            let socket = try await bench.webSocket("/echo/websocket")
            _ = try await bench.request("POST", "/echo/0/s/xhr")
            let poll = try await bench.connect()
            try await poll.send(NodeBench.text("POST", "/echo/0/s/xhr"))
            let idle = try await bench.connect()

            let killed = try await bench.inject("kill")
            #expect(killed.state == "killed")
            #expect(killed.faults == ["kill"])
            #expect(await isRefused(bench))
            #expect(try await socket.next() == .ended(.init(code: .abnormalClosure)))
            #expect(try await poll.receiveToEnd() == "")
            #expect(try await idle.receiveToEnd() == "")
            #expect(try await bench.inject("kill").state == "killed")

            let healed = try await bench.heal("kill")
            #expect(healed.state == "serving")
            #expect(healed.faults == [])
            #expect(healed.listen == before.listen)
            #expect(healed.bootID != before.bootID)
            #expect(try await bench.request("GET", "/health")["X-Stickler-Boot"] == healed.bootID)
            #expect(try await bench.request("POST", "/echo/0/s/xhr").body == "o\n")
            let boots = try await bench.log().events.compactMap {
                if case .nodeStarted(let start) = $0.kind { start.bootID } else { nil }
            }
            #expect(boots == [before.bootID, healed.bootID])
        }
    }

    @Test func `hang stops everything, healing works off what waited`() async throws {
        try await NodeBench.run { bench in
            let before = try await bench.status()
            let socket = try await bench.webSocket("/echo/websocket")
            let hung = try await bench.inject("hang")
            #expect(hung.state == "hung")
            // The kernel still accepts and takes bytes.
            let late = try await bench.connect()
            try await late.send(NodeBench.text("GET", "/whoami", headers: "X-Stickler-Request: late\r\n"))
            try await socket.send("waits")
            #expect(try await bench.status().state == "hung")
            #expect(try await bench.executed().isEmpty(of: "late"))

            let healed = try await bench.heal("hang")
            #expect(healed.state == "serving")
            #expect(healed.bootID == before.bootID)
            #expect(try await late.receiveAnswer().status == 200)
            #expect(try await socket.nextText() == "waits")
        }
    }

    @Test func `a hung node can be killed, and has then not worked off what waited`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("hang")
            let late = try await bench.connect()
            try await late.send(NodeBench.text("GET", "/whoami", headers: "X-Stickler-Request: late\r\n"))
            let killed = try await bench.inject("kill")
            #expect(killed.state == "killed")
            #expect(killed.faults == ["kill"])
            #expect(try await late.receiveToEnd() == "")
            #expect(try await bench.heal("kill").state == "serving")
            #expect(try await bench.executed().isEmpty(of: "late"))
        }
    }

    @Test(arguments: ["hang", "kill", "refuse-connections", "close-connections", "partition"])
    func `a node shuts down while a fault is in force`(fault: String) async throws {
        try await NodeBench.run { bench in _ = try await bench.inject(fault) }
    }

    @Test func `partition lets no connect come about and stops those that are there, healing works off what waited`()
        async throws
    {
        try await NodeBench.run { bench in
            let boot = try await bench.status().bootID
            let socket = try await bench.webSocket("/echo/websocket")
            let cut = try await bench.inject("partition")
            #expect(cut.state == "hung")
            #expect(cut.faults == ["partition"])
            #expect(try await isUnanswered(bench))
            try await socket.send("waits")
            #expect(try await bench.inject("partition").faults == ["partition"])
            #expect(try await bench.heal("partition").bootID == boot)
            #expect(try await socket.nextText() == "waits")
            #expect(try await bench.request("GET", "/health").status == 200)
        }
    }

    @Test func `a partitioned node can be killed`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("partition")
            #expect(try await bench.inject("kill").faults == ["kill"])
            #expect(await isRefused(bench))
            #expect(try await bench.heal("kill").state == "serving")
            #expect(try await bench.request("GET", "/health").status == 200)
        }
    }

    @Test func `unhealthy shows on the health page only`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("unhealthy")
            #expect(try await bench.request("GET", "/health").status == 503)
            #expect(try await bench.request("GET", "/whoami").status == 200)
            #expect(try await bench.control("GET", "/health").status == 200)
            _ = try await bench.heal("unhealthy")
            #expect(try await bench.request("GET", "/health").status == 200)
        }
    }

    @Test func `refuse-connections leaves those that are there`() async throws {
        try await NodeBench.run { bench in
            let boot = try await bench.status().bootID
            let socket = try await bench.webSocket("/echo/websocket")
            let status = try await bench.inject("refuse-connections")
            #expect(status.state == "serving")
            #expect(await isRefused(bench))
            try await socket.send("still here")
            #expect(try await socket.nextText() == "still here")
            #expect(try await bench.heal("refuse-connections").bootID == boot)
            #expect(try await bench.request("GET", "/health").status == 200)
        }
    }

    @Test func `close-connections ends those that are there, and each new one before a byte`() async throws {
        try await NodeBench.run { bench in
            let boot = try await bench.status().bootID
            let there = try await bench.connect()
            _ = try await bench.inject("close-connections")
            #expect(try await there.receiveToEnd() == "")
            #expect(try await bench.connect().receiveToEnd() == "")
            #expect(try await bench.heal("close-connections").bootID == boot)
            #expect(try await bench.request("GET", "/health").status == 200)
        }
    }

    @Test func `a killed node that refuses connections listens when both are healed`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("refuse-connections")
            _ = try await bench.inject("kill")
            #expect(try await bench.heal("kill").faults == ["refuse-connections"])
            #expect(await isRefused(bench))
            _ = try await bench.heal("refuse-connections")
            #expect(try await bench.request("GET", "/health").status == 200)

            _ = try await bench.inject("kill")
            _ = try await bench.inject("refuse-connections")
            _ = try await bench.heal("refuse-connections")
            #expect(await isRefused(bench))
            _ = try await bench.heal("kill")
            #expect(try await bench.request("GET", "/health").status == 200)
        }
    }

    @Test func `slow executes at once and answers later`() async throws {
        try await NodeBench.run { bench in
            // So slow that the test would run into its limit if it waited for the answer.
            _ = try await bench.inject("slow", milliseconds: 600_000)
            let client = try await bench.connect()
            try await client.send(NodeBench.text("GET", "/whoami", headers: "X-Stickler-Request: slow\r\n"))
            while try await bench.executed().isEmpty(of: "slow") {}
            _ = try await bench.inject("slow", milliseconds: 1)
            #expect(try await bench.request("GET", "/whoami").status == 200)
            #expect(try await bench.webSocket("/echo/websocket").answer.status == 101)
            #expect(try await bench.status().faults == ["slow"])
        }
    }

    @Test func `slow keeps the pieces of an answer in order, whenever it is healed`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("slow", milliseconds: 600_000)
            let client = try await bench.connect()
            let stream = NodeBench.text("POST", "/echo/0/s/xhr_streaming", headers: "X-Stickler-Request: stream\r\n")
            try await client.send(stream)
            while try await bench.executed().isEmpty(of: "stream") {}
            _ = try await bench.heal("slow")
            // Each piece that is due lets go the first of those that wait.
            for text in ["a", "b", "c"] {
                #expect(try await bench.request("POST", "/echo/0/s/xhr_send", body: "[\"\(text)\"]").status == 204)
            }
            #expect(try await client.receiveHead().hasPrefix("HTTP/1.1 200"))
            #expect(try await client.receiveChunk()?.count == 2049)
            #expect(try await client.receiveChunk() == "o\n")
            #expect(try await client.receiveChunk() == "a[\"a\"]\n")
        }
    }

    @Test func `refuse-upgrade answers 400 to every upgrade`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("refuse-upgrade")
            for target in ["/websocket", "/echo/0/s/websocket", "/first-frame?bytes=5", "/whoami"] {
                let client = try await bench.connect()
                try await client.send(NodeBench.upgradeText(target))
                #expect(try await client.receiveAnswer().status == 400)
                try await client.send(NodeBench.text("GET", "/whoami"))
                #expect(try await client.receiveAnswer().status == 200)
            }
            _ = try await bench.heal("refuse-upgrade")
            #expect(try await bench.webSocket("/echo/websocket").answer.status == 101)
        }
    }

    @Test func `silent-upgrade logs upgrades with status 0 and never answers`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("silent-upgrade")
            let client = try await bench.connect()
            try await client.send(NodeBench.upgradeText("/websocket", headers: "X-Stickler-Request: up\r\n"))
            while try await bench.executed().isEmpty(of: "up") {}
            #expect(try await bench.executed().first { $0.requestID == "up" }?.status == 0)
            #expect(try await bench.request("GET", "/whoami").status == 200)
            _ = try await bench.heal("silent-upgrade")
            _ = try await bench.inject("kill")
            #expect(try await client.receiveToEnd() == "")
        }
    }

    @Test func `mute-after-101 sends nothing more on those sockets`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.inject("mute-after-101")
            let mute = try await bench.webSocket("/echo/0/mute/websocket")
            let first = try await bench.webSocket("/first-frame?bytes=5")
            _ = try await bench.heal("mute-after-101")
            try await mute.send("[\"x\"]")
            while !(try await bench.messages().contains("x")) {}
            let talking = try await bench.webSocket("/echo/0/other/websocket")
            #expect(try await talking.nextText() == "o")
            _ = try await bench.inject("kill")
            #expect(try await mute.next() == .ended(.init(code: .abnormalClosure)))
            #expect(try await first.next() == .ended(.init(code: .abnormalClosure)))
        }
    }

    @Test func `wrong orders are explained`() async throws {
        try await NodeBench.run { bench in
            for body in [
                "", "{}", "[]", #"{"fault":"flood"}"#, #"{"fault":"slow"}"#, #"{"fault":"slow","milliseconds":-1}"#,
            ] {
                let answer = try await bench.control("POST", "/faults", body: body)
                #expect(answer.status == 400)
                #expect(FaultKind.allCases.map(\.rawValue).allSatisfy(answer.body.contains))
            }
            #expect(try await bench.control("DELETE", "/faults/kill").status == 404)
            #expect(try await bench.control("GET", "/x").status == 404)
            #expect(try await bench.control("GET", "/log?since=x").status == 400)
            _ = try await bench.inject("kill")
            #expect(try await bench.control("POST", "/faults", body: #"{"fault":"hang"}"#).status == 409)
            _ = try await bench.heal("kill")
            _ = try await bench.inject("hang")
            #expect(try await bench.control("POST", "/faults", body: #"{"fault":"refuse-connections"}"#).status == 409)
            #expect(try await bench.heal("hang").faults == [])
        }
    }

    @Test func `an address in use is told, and a name that breaks headers`() async throws {
        try await NodeBench.run { bench in
            for configuration in [
                NodeConfiguration(nodeID: "n2", listen: bench.node.listen),
                NodeConfiguration(nodeID: "n2", control: bench.node.control), NodeConfiguration(nodeID: "a\r\nb"),
            ] {
                await #expect(throws: NodeError.self) { try await NodeServer.start(configuration) }
            }
        }
    }
}

extension [RequestExecuted] {
    fileprivate func isEmpty(of requestID: String) -> Bool { !contains { $0.requestID == requestID } }
}

extension NodeBench {
    fileprivate func messages() async throws -> [String] {
        try await log().events.compactMap {
            if case .messageExecuted(let message) = $0.kind { message.payload } else { nil }
        }
    }
}
