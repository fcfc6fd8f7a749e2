import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `security/conflicting-lengths`
    static let securityConflictingLengths = ConformanceCase(
        CaseDescription(
            id: "security/conflicting-lengths", title: "What two readers could take for different requests is refused",
            features: [.requestIntegrity],
            proves:
                "A request with Content-Length beside Transfer-Encoding, with two lengths, with a blank behind the "
                + "name of Transfer-Encoding, with a folded field or with bare line feeds is refused or put right: no "
                + "node gets it as it was written, nor a second request out of its body (RFC 9112 §2.2, §5, §6).",
            findings: [.ambiguousRequestPassed, .requestSmuggled, .bareLineFeedPassed]),
        workload: { stage in
            await LiteralProbe.sendNoRequest(stage)
            await LiteralProbe.send(
                [(LiteralRequest("GET", "/whoami", lines: [LiteralProbe.forgedField]), plain)], by: stage.client())
            _ = await forAll(Conflict.allCases) { conflict in
                let client = stage.client()
                await LiteralProbe.send([(conflict.request(of: client), conflict.label)], by: client)
            }
        },
        judge: judgeConflicts)
}

private let plain = RequestLabel("conflict-none")

/// A way to write a request that can be read in two ways.
private enum Conflict: String, CaseIterable {
    case chunksAndLength = "conflict-chunks-and-length"
    case lengthAndChunks = "conflict-length-and-chunks"
    case twoLengths = "conflict-two-lengths"
    case blankName = "conflict-blank-name"
    case foldedField = "conflict-folded-field"
    case bareLineFeeds = "conflict-bare-line-feeds"

    /// In the query of a request that stands in the body of another one.
    static let mark = "smuggled=1"

    var label: RequestLabel { RequestLabel(rawValue) }

    var words: String {
        switch self {
        case .chunksAndLength, .lengthAndChunks: "with both Content-Length and Transfer-Encoding"
        case .twoLengths: "with two Content-Lengths"
        case .blankName: "with a blank between the name of Transfer-Encoding and its colon"
        case .foldedField: "with its Transfer-Encoding on two lines"
        case .bareLineFeeds: "whose lines end with a line feed alone"
        }
    }

    /// The request, with another one in its body that one of its two readings brings to light.
    func request(of client: VirtualClient) -> LiteralRequest {
        let inner = LiteralRequest("GET", "/whoami?\(Self.mark)", lines: [LiteralProbe.forgedField])
            .text(from: client, mark: client.name)
        let behindChunks = "0\r\n\r\n" + inner
        let chunk = String(inner.utf8.count, radix: 16) + "\r\n"
        let long = "Content-Length: \(behindChunks.utf8.count)"
        return switch self {
        case .chunksAndLength: post([long, "Transfer-Encoding: chunked"], behindChunks)
        case .lengthAndChunks:
            post(
                ["Content-Length: \(chunk.utf8.count)", "Transfer-Encoding: chunked"], "\(chunk)\(inner)\r\n0\r\n\r\n")
        case .twoLengths: post(["Content-Length: 0", "Content-Length: \(inner.utf8.count)"], inner)
        case .blankName: post([long, "Transfer-Encoding : chunked"], behindChunks)
        case .foldedField: post([long, "Transfer-Encoding:\r\n chunked"], behindChunks)
        case .bareLineFeeds: LiteralRequest("GET", "/whoami", lines: [LiteralProbe.forgedField], lineEnd: "\n")
        }
    }

    private func post(_ lines: [String], _ body: String) -> LiteralRequest {
        LiteralRequest("POST", "/whoami", lines: lines + [LiteralProbe.forgedField], body: body)
    }

    /// How it shows that a node got the request as it was written; nil where none did.
    func passage(of exchange: Exchange) -> String? {
        if let seen = exchange.executions.first {
            let lengths = seen.request.values(of: "content-length")
            let isChunked = !seen.request.values(of: "transfer-encoding").isEmpty
            let isPassed = lengths.count > 1 || !lengths.isEmpty && isChunked
            return isPassed ? "reached \(seen.nodeID) with both" : nil
        }
        guard let response = exchange.response, let node = response.nodeID, response.status >= 400 else { return nil }
        return "reached \(node) as it was written, which answered \(response.status)"
    }
}

private func judgeConflicts(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    judgement.unsupported = LiteralProbe.objection(in: history)
    if judgement.unsupported != nil { return judgement }
    let usual = history.exchanges.lazy.filter { $0.sent.label == plain }.compactMap(\.executions.first?.request).first
    guard let usual else {
        judgement.doubt = "no node of ours saw a plain request"
        return judgement
    }
    for conflict in Conflict.allCases {
        for exchange in history.exchanges where exchange.sent.label == conflict.label && exchange.endedAt != nil {
            judgement.observations += 1
            guard let passage = conflict.passage(of: exchange) else { continue }
            judgement.findings.append(
                Finding(
                    conflict == .bareLineFeeds ? .bareLineFeedPassed : .ambiguousRequestPassed,
                    "a request \(conflict.words) \(passage): a node that reads it otherwise than the balancer takes "
                        + "part of it for a second request, which no rule of the balancer has seen",
                    evidence: [history.evidence(exchange)]))
        }
    }
    for event in history.events {
        guard case .node(let node) = event.actor, case .requestExecuted(let request) = event.kind,
            request.target.contains(Conflict.mark), LiteralProbe.isForged(request), !LiteralProbe.isForged(usual)
        else { continue }
        // One that the balancer itself took for a second request bears the client's address.
        judgement.findings.append(
            Finding(
                .requestSmuggled,
                "\(node) executed a request that stood in the body of another one, as one from "
                    + "\(LiteralProbe.forgedAddress): a client got it past the balancer",
                evidence: [history.evidence(event)]))
    }
    return judgement
}

extension FindingCode {
    /// A node got a request that can be read in two ways.
    static let ambiguousRequestPassed = FindingCode("ambiguous-request-passed", .requestIntegrity, isCertain: true)
    /// A node executed a request that its client hid in the body of another one.
    static let requestSmuggled = FindingCode("request-smuggled", .requestIntegrity, isCertain: true)
    /// A node got a head whose lines end with a line feed alone. Most read it alike.
    static let bareLineFeedPassed = FindingCode(
        "bare-line-feed-passed", .requestIntegrity, isCertain: true, greatestLevel: .should)
}
