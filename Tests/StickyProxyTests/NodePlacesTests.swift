import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import StickyProxy

@Suite("Places at nodes", .timeLimit(.minutes(1)))
struct NodePlacesTests {
    @Test("a place is free again when nobody holds it, each node and each use for itself")
    func giveBack() {
        let places = NodePlaces(.init(requests: 1, tunnels: 1))
        var first = places.take(on: 0, for: .tunnel)
        #expect(first != nil && places.take(on: 0, for: .tunnel) == nil)
        #expect(places.take(on: 1, for: .tunnel) != nil)
        #expect(places.take(on: 0, for: .request) != nil)
        first = nil
        #expect(places.take(on: 0, for: .tunnel) != nil)
    }

    @Test("without a limit each gets one, and all are counted")
    func loads() {
        let places = NodePlaces(.init())
        let held = (0..<5).compactMap { places.take(on: $0 < 3 ? 0 : 1, for: $0 == 0 ? .tunnel : .request) }
        #expect(held.count == 5)
        #expect((0..<3).map { places.loads[NodeID($0)] } == [3, 2, 0])
        withExtendedLifetime(held) {}
    }

    @Test("who waits gets a place in turn, before those who come later; who gives up is passed over")
    func turns() throws {
        let places = NodePlaces(.init(requests: 1, waiting: 3))
        var held = places.take(on: 0, for: .request)
        let told = NIOLockedValueBox<[(name: String, place: NodePlace)]>([])
        func wait(_ name: String) -> NodePlaces.Ticket? {
            places.wait(on: 0, for: .request) { place in told.withLockedValue { $0.append((name, place)) } }
        }
        var tickets = ["a", "b", "c"].map(wait)
        #expect(tickets.allSatisfy { $0 != nil })
        #expect(wait("d") == nil, "three may wait")
        #expect(places.loads[0] == 4)
        tickets[0] = nil
        held = nil
        // Outside of the lock: to give back a place tells the next one.
        func take() -> [String] {
            let taken = told.withLockedValue { told in
                defer { told = [] }
                return told
            }
            return taken.map(\.name)
        }
        #expect(take() == ["b"])
        #expect(take() == ["c"])
        #expect(take() == [])
        held = places.take(on: 0, for: .request)
        #expect(held != nil, "nobody waits any more")
        withExtendedLifetime(tickets) {}
    }

    @Test("a request waits for the one before it where its node may have one, and a third is told so")
    func queue() async throws {
        let behavior = Behavior.unprobed.with {
            $0.limits.requestsPerNode = 1
            $0.limits.queue = .init(requestsPerNode: 1, patience: .seconds(50))
        }
        try await scripted(behavior) { client, node, proxy in
            try await client.request("GET", "/first")
            #expect(try await node.request().contains("/first"))
            try await withThrowingTaskGroup(of: Int.self) { others in
                for _ in 0..<2 { others.addTask { try await proxy.fetch("/other").status } }
                // Which of the two waits is the proxy's affair.
                #expect(try await others.next() == 503)
                let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                try await node.write(answer)
                #expect(try await client.response().status == 200)
                try await node.accept()
                #expect(try await node.request().contains("/other"))
                try await node.write(answer)
                #expect(try await others.next() == 200)
            }
        }
    }

    @Test("a client that leaves the queue frees its place in it")
    func leavesQueue() async throws {
        let behavior = Behavior.unprobed.with {
            $0.limits.requestsPerNode = 1
            $0.limits.queue = .init(requestsPerNode: 1, patience: .milliseconds(50))
        }
        try await scripted(behavior) { client, node, proxy in
            try await client.request("GET", "/first")
            _ = try await node.request()
            for _ in 0..<3 {
                let answer = try await proxy.fetch("/late")
                #expect(answer.status == 503 && answer.body.contains("as much as it may"))
            }
            try await node.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.response().status == 200)
        }
    }
}
