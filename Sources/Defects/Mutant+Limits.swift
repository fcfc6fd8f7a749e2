import StickyProxy

extension Mutant {
    static let ofLimits: [Mutant] = [
        Mutant(
            "large-bodies-refused", breaks: "limits/request-body", finding: "body-refused",
            summary: "A request whose body is longer than 16 KiB is answered 413."
        ) { $0.limits.bodyBytes = 16 * 1024 },
        Mutant(
            "large-requests-refused", breaks: "limits/request-fields", finding: "fields-refused",
            summary: "A request whose header fields are longer than 2 KiB is answered 431."
        ) { $0.limits.headBytes = 2 * 1024 },
        Mutant(
            "large-answers-refused", breaks: "limits/answer-fields", finding: "answer-refused",
            summary: "An answer whose header fields are longer than 2 KiB becomes a 502."
        ) { $0.limits.answerHeadBytes = 2 * 1024 },
        Mutant(
            "address-limited", breaks: "limits/one-address", finding: "client-refused",
            summary: "The requests of more than 20 connections of one address are answered 503."
        ) { $0.limits.connectionsPerAddress = 20 },
    ]
}
