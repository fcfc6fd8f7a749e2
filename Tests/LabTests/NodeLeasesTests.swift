import Clocks
import History
import NIOCore
import NIOPosix
import ReferenceNode
import Testing
import Wire

@testable import Lab

@Suite("A run has its nodes for itself, and leaves nothing broken", .timeLimit(.minutes(1)))
struct NodeLeasesTests {
    private func nodes(_ token: ControlToken? = nil, _ body: ([NodeRemote]) async throws -> Void) async throws {
        var servers: [NodeServer] = []
        var remotes: [NodeRemote] = []
        for number in 1...2 {
            var configuration = NodeConfiguration(nodeID: "n\(number)")
            configuration.controlToken = token
            let server = try await NodeServer.start(configuration)
            servers.append(server)
            remotes.append(
                try await .attach(
                    server.control, token: token, on: MultiThreadedEventLoopGroup.singleton.next()))
        }
        try await body(remotes)
        for server in servers { try await server.shutdown() }
    }

    @Test("A second run is refused with the name of the first, and has then taken none of the nodes")
    func secondRun() async throws {
        try await nodes { nodes async throws in
            let first = try await NodeLeases.take([nodes[1]])
            var others: [NodeRemote] = []
            for node in nodes {
                others.append(
                    try await .attach(node.control, on: MultiThreadedEventLoopGroup.singleton.next()))
            }
            let error = await #expect(throws: LabError.self) { try await NodeLeases.take(others) }
            let text = error?.description ?? ""
            for words in ["node n2 is in use by the run of process ", "stickler heal --node \(nodes[1].control)"] {
                #expect(text.contains(words), "\(text)")
            }
            let third = try await NodeLeases.take([nodes[0]])
            await third.end()
            await first.end()
            await (try NodeLeases.take(others)).end()
        }
    }

    @Test("The faults of a run end with it, whatever it forgot to heal")
    func faultsEnd() async throws {
        try await nodes { nodes async throws in
            let leases = try await NodeLeases.take(nodes)
            try await nodes[0].inject(.kill)
            try await nodes[1].inject(.slow(milliseconds: 1))
            #expect(try await nodes[0].status().faults == [.kill])
            await leases.end()
            for node in nodes { #expect(try await node.status().faults == []) }
        }
    }

    @Test("What a node does after others could break it proves nothing")
    func lostLease() async throws {
        try await nodes { nodes async throws in
            let leases = try await NodeLeases.take(nodes)
            try await nodes[0].inject(.unhealthy)
            #expect(try await nodes[0].healAll() == [.unhealthy])
            await nodes[0].renewLease(of: .seconds(20))
            let injecting = await #expect(throws: LabError.self) { try await nodes[0].inject(.unhealthy) }
            #expect(injecting?.description.contains("node n1 no longer is this run's") == true)
            await #expect(throws: LabError.self) { try await nodes[0].log(since: 0) }
            #expect(try await nodes[1].log(since: 0).events.isEmpty == false)
            await leases.end()
        }
    }

    @Test("A node that can't be reached for a while is asked again, as long as it may still keep the lease")
    func unreachable() async throws {
        let server = try await NodeServer.start(NodeConfiguration(nodeID: "n1"))
        let node = try await NodeRemote.attach(
            server.control, on: MultiThreadedEventLoopGroup.singleton.next())
        let leases = try await NodeLeases.take([node])
        let held = try #require(node.lease.renewable)
        try await server.shutdown()
        await node.renewLease(of: .seconds(20))
        #expect(node.lease.renewable?.id == held.id)
        node.lease.hold(held.id, until: .now - .seconds(1))
        await node.renewLease(of: .seconds(20))
        #expect(throws: LabError.self) { try node.lease.id(of: node) }
        await leases.end()
    }

    @Test("A token is asked for in words of its own, missing or wrong")
    func token() async throws {
        let token = try ControlToken("0123456789abcdef")
        try await nodes(token) { nodes async throws in
            await (try NodeLeases.take(nodes)).end()
            for (other, words) in [
                (nil, "asks for its token"), (try ControlToken("fedcba9876543210"), "another token"),
            ] {
                let error = await #expect(throws: LabError.self) {
                    try await NodeRemote.attach(
                        nodes[0].control, token: other, on: MultiThreadedEventLoopGroup.singleton.next())
                }
                #expect(error?.description.contains(words) == true)
                #expect(error?.description.contains("--token-file FILE") == true)
            }
        }
    }
}
