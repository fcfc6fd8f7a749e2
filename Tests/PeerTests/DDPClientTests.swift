import History
import Lab
import ReferenceNode
import Testing
import Wire

/// Clients that share no line of code with us, at our nodes, over `/websocket`.
@Suite(.serialized, .tags(.foreignPeer), .timeLimit(.minutes(2)))
struct DDPClientTests {
    struct Echo: Decodable {
        var value: String
        var same: Bool
        var got: String
    }

    struct Identity: Decodable, Hashable {
        var nodeID: String
        var bootID: String
    }

    struct Count: Decodable {
        var key: String
        var count: Int
        var nodeID: String
    }

    struct Refusal: Decodable, Equatable {
        struct Details: Decodable, Equatable {
            var n: [Int]
        }

        var message: String?
        var code: Code?
        var reason: String?
        var details: Details?
    }

    /// An error's code is a string or a number.
    enum Code: Decodable, Equatable {
        case text(String)
        case number(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do { self = .number(try container.decode(Int.self)) } catch {
                self = .text(try container.decode(String.self))
            }
        }
    }

    struct Numbers: Decodable, Equatable {
        struct Document: Decodable, Equatable {
            var n: Int
        }

        /// How many documents the client had when the subscription was ready.
        var held: [String: Int]
        var documents: [String: Document]
    }

    /// Five documents, all of them before `ready`.
    static func expectFive(_ numbers: Numbers?) {
        #expect(numbers?.held["numbers"] == 5)
        let expected = (0..<5).map { (String($0), Numbers.Document(n: $0)) }
        #expect(numbers?.documents == Dictionary(uniqueKeysWithValues: expected))
    }

    /// What the client prints of an error, as far as it shows errors.
    static func refusal(
        _ client: PythonDDPClient, _ reason: String, _ code: Code, details: Refusal.Details? = nil
    ) -> Refusal {
        let text =
            switch code {
            case .text(let text): text
            case .number(let number): String(number)
            }
        var refusal = Refusal(message: "\(reason) [\(text)]")
        if client.showsErrorCodes { (refusal.code, refusal.reason, refusal.details) = (code, reason, details) }
        return refusal
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `every EJSON value comes back as it was sent`(client: PythonDDPClient, front: Front) async throws {
        try await DDPNodes.with(front) { target, _ in
            let echoes: [Echo] = try await client.run("echo", at: target)
            #expect(echoes.count >= 16)
            #expect(Set(["date", "binary", "unicode", "nested"]).isSubset(of: echoes.map(\.value)))
            for echo in echoes { #expect(echo.same, "\(echo.value) came back as \(echo.got)") }
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `a node of ours says which one it is`(client: PythonDDPClient, front: Front) async throws {
        try await DDPNodes.with(front) { target, nodes in
            let identity = try #require(try await client.run("whoami", at: target, as: Identity.self).first)
            let status = try await nodes.remote(identity.nodeID).status()
            #expect(identity.bootID == status.bootID)
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `what a method throws arrives`(client: PythonDDPClient, front: Front) async throws {
        try await DDPNodes.with(front) { target, _ in
            let refusals: [Refusal] = try await client.run("throw", at: target)
            #expect(
                refusals == [
                    Self.refusal(client, "Explicit reason", .text("explicit-code"), details: .init(n: [1]))
                ])
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `a method and a publication that do not exist are not found`(
        client: PythonDDPClient, front: Front
    ) async throws {
        try await DDPNodes.with(front) { target, _ in
            let refusals: [Refusal] = try await client.run("unknown", at: target)
            #expect(
                refusals == [
                    Self.refusal(client, "Method 'nope' not found", .number(404)),
                    Self.refusal(client, "Subscription 'nope' not found", .number(404)),
                ])
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `each call runs once, on one node`(client: PythonDDPClient, front: Front) async throws {
        try await DDPNodes.with(front) { target, _ in
            let counts: [Count] = try await client.run("increment", at: target)
            #expect(counts.map(\.count) == Array(1...20))
            #expect(Set(counts.map(\.nodeID)).count == 1)
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `a subscription is ready once all its documents are there`(
        client: PythonDDPClient, front: Front
    ) async throws {
        try await DDPNodes.with(front) { target, _ in
            Self.expectFive(try await client.run("count", at: target, as: Numbers.self).first)
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `a publication that fails says why and takes its documents back`(
        client: PythonDDPClient, front: Front
    ) async throws {
        struct Documents: Decodable {
            var added: Int
            var documents: [String: Numbers.Document]
        }
        struct Failure: Decodable {
            var refusal: Refusal
            var documents: Documents

            init(from decoder: any Decoder) throws {
                (refusal, documents) = (try Refusal(from: decoder), try Documents(from: decoder))
            }
        }
        try await DDPNodes.with(front) { target, _ in
            let failure = try #require(try await client.run("fail", at: target, as: Failure.self).first)
            #expect(failure.refusal == Self.refusal(client, "Explicit error", .number(412)))
            #expect(failure.documents.added == 2 && failure.documents.documents.isEmpty)
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `a document of two subscriptions is the sum of both, and then what is left`(
        client: PythonDDPClient, front: Front
    ) async throws {
        struct Overlap: Decodable, Equatable {
            struct Document: Decodable, Equatable {
                var common: String?
                var first: Bool?
                var second: Bool?
            }

            var document: Document
        }
        try await DDPNodes.with(front) { target, _ in
            let documents = try await client.run("overlap", at: target, as: Overlap.self).map(\.document)
            #expect(
                documents == [
                    .init(common: "first", first: true, second: true), .init(common: "second", second: true), .init(),
                ])
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `changes come in order until the client unsubscribes`(client: PythonDDPClient, front: Front) async throws {
        struct Ticks: Decodable {
            var numbers: [Int]
            var afterwards: [String]
        }
        try await DDPNodes.with(front) { target, _ in
            let ticks = try #require(try await client.run("ticks", at: target, as: Ticks.self).first)
            #expect(ticks.numbers.count > 10)
            #expect(ticks.numbers == Array(0..<ticks.numbers.count))
            #expect(ticks.afterwards == [])
        }
    }

    @Test(arguments: PythonDDPClient.installed, Front.installed)
    func `a client whose node was killed comes back and is served`(
        client: PythonDDPClient, front: Front
    ) async throws {
        struct Loss: Decodable {
            var lost: Bool
        }
        try await DDPNodes.with(front) { target, nodes in
            try await client.run("comeback", at: target) { lines in
                let before: Identity = try await lines.next()
                let node = try await nodes.remote(before.nodeID)
                try await node.inject(.kill)
                let loss: Loss = try await lines.next()
                #expect(loss.lost)
                // Nothing else is there to come back to.
                if front == .direct { try await node.heal(.kill) }
                let after: Identity = try await lines.next()
                #expect(after.bootID != before.bootID)
                #expect((after.nodeID == before.nodeID) == (front == .direct))
                Self.expectFive(try await lines.next())
            }
        }
    }
}
