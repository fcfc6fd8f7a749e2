import Foundation
import History
import NIOCore
import ReferenceNode
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A lease` {
    struct Lease: Decodable {
        var lease: String?
        var holder: String
        var heldSeconds: Int
        var endsInSeconds: Int
    }

    struct Healed: Decodable {
        var healed: [String]
        var lease: Lease?
    }

    private func take(_ bench: NodeBench, milliseconds: Int = 20_000, status: Int = 200) async throws -> Lease {
        let answer = try await bench.control(
            "POST", "/lease", body: "{\"holder\":\"one\\u0007\",\"milliseconds\":\(milliseconds)}")
        #expect(answer.status == status)
        return try decode(answer)
    }

    private func decode<Value: Decodable>(_ answer: Answer) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(answer.body.utf8))
    }

    private func inject(_ bench: NodeBench, _ fault: String, _ more: String) async throws -> Int {
        try await bench.control("POST", "/faults", body: "{\"fault\":\"\(fault)\",\(more)}").status
    }

    /// Waits until the node tells that it has none of its faults.
    private func whole(_ bench: NodeBench) async throws -> NodeBench.Status {
        while true {
            let status = try await bench.status()
            if status.faults.isEmpty { return status }
        }
    }

    @Test func `keeps others away and says who has the node`() async throws {
        try await NodeBench.run { bench in
            let id = try #require(try await take(bench).lease)
            let refusal = try await take(bench, status: 409)
            #expect(refusal.lease == nil)
            #expect(refusal.holder == "one")
            #expect((1...21).contains(refusal.endsInSeconds))
            #expect(try await bench.control("POST", "/lease/\(id)", body: "{}").status == 200)
            #expect(try await bench.control("POST", "/lease/x", body: "{}").status == 410)
            #expect(try await bench.control("DELETE", "/lease/x").status == 410)
            #expect(try await bench.control("DELETE", "/lease/\(id)").status == 200)
            #expect(try await bench.control("POST", "/lease/\(id)", body: "{}").status == 410)
            #expect(try await take(bench).lease != id)
        }
    }

    @Test func `that is given up takes its faults along`() async throws {
        try await NodeBench.run { bench in
            let id = try #require(try await take(bench).lease)
            let boot = try await bench.status().bootID
            #expect(try await inject(bench, "refuse-connections", "\"lease\":\"\(id)\"") == 200)
            #expect(try await inject(bench, "hang", "\"lease\":\"\(id)\"") == 200)
            #expect(try await bench.inject("unhealthy").faults.count == 3)
            let healed: Healed = try decode(try await bench.control("DELETE", "/lease/\(id)"))
            #expect(healed.healed == ["hang", "refuse-connections"])
            #expect(try await bench.status().faults == ["unhealthy"])
            #expect(try await bench.request("GET", "/whoami")["X-Stickler-Boot"] == boot)
        }
    }

    @Test func `that is not renewed takes its faults along`() async throws {
        try await NodeBench.run { bench in
            let boot = try await bench.status().bootID
            // On a busy machine a short lease may have ended before it is used.
            var (id, milliseconds, status) = ("", 100, 410)
            while status == 410 {
                milliseconds *= 2
                id = try #require(try await take(bench, milliseconds: milliseconds).lease)
                status = try await inject(bench, "kill", "\"lease\":\"\(id)\"")
            }
            #expect(status == 200)
            #expect(try await whole(bench).bootID != boot)
            #expect(try await bench.request("GET", "/whoami").status == 200)
            #expect(try await inject(bench, "kill", "\"lease\":\"\(id)\"") == 410)
            #expect(try await bench.status().faults == [])
        }
    }

    @Test func `is not needed for a fault, which may have a time of its own`() async throws {
        try await NodeBench.run { bench async throws in
            #expect(try await inject(bench, "unhealthy", "\"forMilliseconds\":1") == 200)
            #expect(try await whole(bench).state == "serving")
            #expect(try await inject(bench, "unhealthy", "\"forMilliseconds\":0") == 400)
        }
    }

    @Test func `ends with all faults when the node is to be whole`() async throws {
        try await NodeBench.run { bench in
            let id = try #require(try await take(bench).lease)
            _ = try await inject(bench, "kill", "\"lease\":\"\(id)\"")
            _ = try await bench.inject("refuse-connections")
            let healed: Healed = try decode(try await bench.control("DELETE", "/faults"))
            #expect(Set(healed.healed) == ["kill", "refuse-connections"])
            #expect(healed.lease?.holder == "one")
            #expect(try await bench.status().faults == [])
            #expect(try await bench.request("GET", "/whoami").status == 200)
            #expect(try await bench.control("POST", "/lease/\(id)", body: "{}").status == 410)
            let nothing: Healed = try decode(try await bench.control("DELETE", "/faults"))
            #expect(nothing.healed == [])
            #expect(nothing.lease == nil)
        }
    }
}
