import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `headers/client-address`
    static let headersClientAddress = ConformanceCase(
        CaseDescription(
            id: "headers/client-address", title: "A node learns the client's address, not one it made up",
            features: [.clientAddress],
            proves:
                "On a GET, a POST and an upgrade the last entry of X-Forwarded-For, which Meteor believes with "
                + "HTTP_FORWARDED_COUNT=1, is the address of the client, whatever the client put there itself.",
            findings: [.addressMissing, .addressWrong, .addressForged]),
        workload: { stage in
            _ = await forAll((0..<3).map { _ in stage.client() }) { client in
                for label in [AddressLabel.plain, AddressLabel.forged] {
                    let headers = label == AddressLabel.forged ? [(name: "X-Forwarded-For", value: forgedAddress)] : []
                    let plan = RequestPlan(label: label)
                    await client.request("GET", "/whoami", headers: headers, plan)
                    await client.request("POST", "/whoami", headers: headers, plan)
                    await client.upgrade("/echo/websocket", headers: headers, plan).webSocket?.abort()
                }
            }
        },
        judge: judgeAddresses)
}

private enum AddressLabel {
    static let plain = RequestLabel("client-address")
    static let forged = RequestLabel("client-address-forged")
}

/// Of a network that is for documents only (RFC 5737), so that no client has it.
private let forgedAddress = "203.0.113.7"

private func judgeAddresses(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    /// What the first request of a client showed, where its own address is not known here.
    var first: [String: String] = [:]
    var (seen, unseen): (Set<String>, Set<String>) = ([], [])
    var reported: Set<String> = []
    for exchange in history.exchanges where [AddressLabel.plain, AddressLabel.forged].contains(exchange.sent.label) {
        let leg = leg(of: exchange.sent)
        let isForged = exchange.sent.label == AddressLabel.forged
        guard let execution = exchange.executions.first else {
            // A balancer that refuses a forged field believes it as little as one that replaces it.
            if !isForged { unseen.insert(leg) }
            continue
        }
        if !isForged { seen.insert(leg) }
        judgement.observations += 1
        let fields = execution.request.values(of: "x-forwarded-for")
        let address = address(in: fields)
        let expected = exchange.sent.source ?? first[exchange.client]
        if expected == nil, let address, address != forgedAddress { first[exchange.client] = address }
        guard let (code, problem) = problem(with: address, in: fields, expected: expected, isForged: isForged) else {
            continue
        }
        // The other clients show the same once more.
        guard reported.insert("\(code) \(leg)").inserted else { continue }
        let what = "\(leg) of \(exchange.client)\(isForged ? ", which sent X-Forwarded-For: \(forgedAddress)," : "")"
        judgement.findings.append(
            Finding(
                code, "\(what) reached the node \(problem)",
                evidence: [history.evidence(exchange), "\(execution.nodeID) saw X-Forwarded-For \(fields)"]))
    }
    if let leg = unseen.subtracting(seen).min() { judgement.doubt = "no node of ours saw a \(leg)" }
    return judgement
}

private func problem(
    with address: String?, in fields: [String], expected: String?, isForged: Bool
) -> (code: FindingCode, words: String)? {
    guard let address else { return (.addressMissing, "without X-Forwarded-For") }
    if isForged, address == forgedAddress { return (.addressForged, "as one from there") }
    guard let expected, address != expected else { return nil }
    let isBehind = fields.contains { $0.contains(expected) }
    return (
        .addressWrong,
        "as one from \(address), not from \(expected)"
            + (isBehind ? ": the last entry of X-Forwarded-For is another proxy's" : "")
    )
}

/// What Meteor believes: the last entry of all fields together; nil for none.
private func address(in fields: [String]) -> String? {
    fields.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false).last
        .map { host(of: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}

private func leg(of sent: RequestSent) -> String {
    sent.target.hasSuffix("/websocket") ? "upgrade" : sent.method
}

/// The address of an entry, which may have a port, brackets, or the form of IPv4 in IPv6.
private func host(of entry: Substring) -> String {
    var text = entry.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    if text.hasPrefix("[") {
        text = text.dropFirst().prefix { $0 != "]" }
    } else if text.count(where: { $0 == ":" }) == 1 {
        text = text.prefix { $0 != ":" }
    }
    if text.lowercased().hasPrefix("::ffff:"), text.contains(".") { text = text.dropFirst(7) }
    return String(text)
}

extension FindingCode {
    /// A node was not told the client's address.
    static let addressMissing = FindingCode("address-missing", .clientAddress, isCertain: true)
    /// A node was told another address than the client's.
    static let addressWrong = FindingCode("address-wrong", .clientAddress, isCertain: true)
    /// A client made a node believe another address.
    static let addressForged = FindingCode("address-forged", .clientAddress, isCertain: true)
}
