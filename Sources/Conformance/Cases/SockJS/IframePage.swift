import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `sockjs/iframe-page`
    static let sockJSIframePage = ConformanceCase(
        CaseDescription(
            id: "sockjs/iframe-page", title: "The iframe page arrives unaltered and may be framed",
            features: [.answerTransparency],
            proves:
                "The page that the iframe transports load arrives byte for byte as a node sends it, without a field "
                + "that forbids to frame it, and is revalidated by its ETag.",
            findings: [.iframeAltered, .iframeBlocked], hasControl: true),
        workload: { stage in
            guard let node = stage.controlNode ?? stage.nodes.first else { return }
            let direct = stage.directClient(to: node)
            let page = await direct.request("GET", target, RequestPlan(label: directLabel))
            let client = stage.client()
            await client.request("GET", target, RequestPlan(label: label))
            guard case .response(let response, _) = page, let tag = response.values(of: "etag").first else { return }
            await client.request(
                "GET", target, headers: [("If-None-Match", tag)], RequestPlan(label: revalidationLabel))
        },
        judge: judgeIframePage)
}

private let target = "/echo/iframe-1.6.1.html"
private let label = RequestLabel("iframe-page")
private let directLabel = RequestLabel("iframe-page-of-node")
private let revalidationLabel = RequestLabel("iframe-page-revalidated")

private func judgeIframePage(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let exchanges = history.exchanges
    guard let own = exchanges.first(where: { $0.sent.label == directLabel })?.response, own.status == 200 else {
        judgement.doubt = "no node gave the page straight away, so there was nothing to compare with"
        return judgement
    }
    for exchange in exchanges where exchange.sent.label == label || exchange.sent.label == revalidationLabel {
        judgement.observations += 1
        let isPage = exchange.sent.label == label
        func find(_ code: FindingCode, _ message: String) {
            judgement.findings.append(
                Finding(code, message, evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        guard let response = exchange.response, response.status == (isPage ? 200 : 304) else {
            find(
                .iframeAltered, "the page was to be answered \(isPage ? 200 : 304), \(isPage ? "whole" : "by its ETag")"
            )
            continue
        }
        let denials =
            response.values(of: "x-frame-options").map { "X-Frame-Options: \($0)" }
            + response.values(of: "content-security-policy").filter { $0.contains("frame-ancestors") }.map {
                "Content-Security-Policy: \($0)"
            }
        if !denials.isEmpty {
            find(.iframeBlocked, "a browser won't frame the page: \(denials.joined(separator: ", "))")
        }
        if isPage, (response.body, response.bodyBytes) != (own.body, own.bodyBytes) {
            find(.iframeAltered, "the page of \(response.bodyBytes) bytes is not the node's of \(own.bodyBytes)")
        }
    }
    return judgement
}

extension FindingCode {
    /// The iframe page came with a header field that keeps it out of frames.
    static let iframeBlocked = FindingCode("iframe-blocked", .rewriting, isCertain: true)
    /// The iframe page arrived changed.
    static let iframeAltered = FindingCode("iframe-altered", .rewriting, isCertain: true)
}
