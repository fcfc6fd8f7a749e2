import Clocks
import Foundation
import History
import NIOCore
import NIOPosix
import ReferenceNode
import Synchronization
import Testing
import Wire

@testable import Lab

@Suite("A node's handle believes it only what a node may say")
struct NodeRemoteTests {
    static var loop: any EventLoop { MultiThreadedEventLoopGroup.singleton.next() }

    /// Plays a control plane: an answer for each request target.
    static func playing(
        _ answers: [String: String], _ body: (Endpoint) async throws -> Void
    ) async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PlayedControlPlane(answers))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(try #require(Endpoint(listener.localAddress)))
            try await listener.close()
        } catch {
            try await listener.close()
            throw error
        }
    }

    static let status =
        #"{"nodeID":"n1","bootID":"b","listen":"127.0.0.1:1","state":"serving","clock":0,"faults":[]}"#

    static func log(_ events: String..., clock: Int64 = 0, next: Int? = nil) -> String {
        #"{"next":\#(next ?? events.count),"clock":\#(clock),"events":[\#(events.joined(separator: ","))]}"#
    }

    @Test(
        "Where no node answers the message says how to start one",
        arguments: [
            [:], ["/status": "nonsense"], ["/status": "{}"],
            ["/status": status.replacingOccurrences(of: "127.0.0.1:1", with: "a b:1")],
        ])
    func noNode(_ answers: [String: String]) async throws {
        try await Self.playing(answers) { control async throws in
            let error = await #expect(throws: LabError.self) { try await NodeRemote.attach(control, on: Self.loop) }
            let text = "start it with: stickler node --listen HOST:PORT --control \(control)"
            #expect(error?.description.contains(text) == true)
        }
    }

    static let own = #"{"t":7,"actor":"node/n1","kind":"node-started","bootID":"b","listen":"127.0.0.1:1"}"#

    @Test("Events of others in its log are refused", arguments: ["lab", "client/c", "node/n2"])
    func foreign(_ actor: String) async throws {
        let event = Self.own.replacingOccurrences(of: "node/n1", with: actor)
        try await Self.playing(["/status": Self.status, "/log?since=0": Self.log(Self.own, event)]) {
            control async throws in
            let node = try await NodeRemote.attach(control, on: Self.loop)
            let error = await #expect(throws: LabError.self) { try await node.log(since: 0) }
            #expect(error?.description.contains("holds an event of \(actor)") == true)
        }
    }

    @Test("No clock and no time of an event does harm", arguments: [Int64.min, -1, 0, .max], [Int64.min, 0, .max])
    func clocks(_ clock: Int64, _ time: Int64) async throws {
        let event = Self.own.replacingOccurrences(of: "\"t\":7", with: "\"t\":\(time)")
        try await Self.playing(["/status": Self.status, "/log?since=0": Self.log(event, clock: clock)]) {
            control async throws in
            let node = try await NodeRemote.attach(control, on: Self.loop)
            let (events, next) = try await node.log(since: 0)
            #expect(events.count == 1)
            #expect(next == 1)
        }
    }

    @Test("A log that goes backwards or stands still ends the reading", arguments: [-5, 0, 3])
    func backwards(_ next: Int) async throws {
        let answers = ["/status": Self.status, "/log?since=3": Self.log(Self.own, next: next)]
        try await Self.playing(answers) { control async throws in
            let node = try await NodeRemote.attach(control, on: Self.loop)
            let page = try await node.log(since: 3)
            #expect(page.events.count == 1)
            #expect(page.next == 3)
        }
    }

    @Test(
        "A clock inside the round trip is ours; any other is measured against its middle",
        arguments: [
            (100, 0), (150, 0), (200, 0), (99, -51), (201, 51), (1_150, 1_000), (-850, -1_000),
        ] as [(Int64, Int64)])
    func clockLead(_ clock: Int64, _ nanoseconds: Int64) {
        let lead = NodeRemote.clockLead(
            HistoryTime(nanoseconds: clock), asked: HistoryTime(nanoseconds: 100),
            answered: HistoryTime(nanoseconds: 200))
        #expect(lead == .nanoseconds(nanoseconds))
    }

    @Test("A real node is attached, broken, healed and read")
    func realNode() async throws {
        let address = LabAddresses().node(1)
        let server = try await NodeServer.start(NodeConfiguration(nodeID: "n1", listen: address, control: address))
        let node = try await NodeRemote.attach(server.control, on: Self.loop)
        #expect(node.nodeID == "n1")
        #expect(node.listen == server.listen)
        let before = try await node.status()
        try await node.inject(.kill)
        #expect(try await node.status().state == .killed)
        try await node.heal(.kill)
        let after = try await node.status()
        #expect(after.state == .serving)
        #expect(after.bootID != before.bootID)
        let error = await #expect(throws: LabError.self) { try await node.heal(.kill) }
        #expect(error?.description.hasPrefix("node n1 did not take the fault healing of kill: ") == true)
        let (events, next) = try await node.log(since: 0)
        #expect(events.count == next)
        #expect(events.allSatisfy { $0.actor == .node("n1") && $0.time <= .now })
        #expect(try await node.log(since: next).events.isEmpty)
        try await server.shutdown()
    }
}

private final class PlayedControlPlane: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answers: [String: String]
    private var unread = ""

    init(_ answers: [String: String]) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unread += String(buffer: unwrapInboundIn(data))
        guard unread.hasSuffix("\r\n\r\n") else { return }
        let parts = unread.split(separator: " ")
        let body = parts.count > 1 ? answers[String(parts[1])] : nil
        let answer =
            "HTTP/1.1 \(body == nil ? 404 : 200) X\r\nConnection: close\r\nContent-Length: \(body?.utf8.count ?? 0)\r\n\r\n"
            + (body ?? "")
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
