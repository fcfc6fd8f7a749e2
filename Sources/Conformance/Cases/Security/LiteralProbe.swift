import Fleet
import History
import Lab
import Verdicts
import Wire

/// Requests that go out as they are written, and what shows that a balancer did not read them.
enum LiteralProbe {
    /// Of a network that is for documents only (RFC 5737), so that no client has it.
    static let forgedAddress = "203.0.113.7"
    /// What a client says of its own address, which a balancer replaces or adds to where it reads the request.
    static let forgedField = "X-Forwarded-For: \(forgedAddress)"

    /// Of what is no request.
    static let noRequest = RequestLabel("no-request")

    /// Sends what is no request, which only a balancer that reads none passes on.
    static func sendNoRequest(_ stage: CaseStage) async {
        await stage.client("raw").sendLine("NO-REQUEST", label: noRequest, within: CaseBudget.attempt)
    }

    /// Sends requests on one connection, each when the one before is answered, as long as the connection lives.
    static func send(_ requests: [(request: LiteralRequest, label: RequestLabel)], by client: VirtualClient) async {
        do throws(WireError) {
            let connection = try await LiteralConnection.open(client, within: CaseBudget.attempt)
            for (request, label) in requests {
                guard await connection.exchange(request, label: label, within: CaseBudget.attempt) != nil else { break }
            }
            await connection.close()
        } catch {
            // Nothing was sent, and a case in which nothing was seen does not pass.
        }
    }

    /// Why what is asked has no meaning here: a balancer that passes bytes on reads no requests that it could misread.
    static func objection(in history: HistoryView) -> String? {
        let isPassed = history.exchanges.contains { $0.sent.label == noRequest && $0.response?.nodeID != nil }
        return isPassed
            ? "it passes bytes on as they come, so that no second reader is there whom a client could deceive" : nil
    }

    /// Whether the node takes the request for one from the forged address.
    static func isForged(_ request: RequestExecuted) -> Bool {
        request.values(of: "x-forwarded-for").joined(separator: ",").split(separator: ",").last
            .map { $0.drop { $0 == " " } == forgedAddress } ?? false
    }
}
