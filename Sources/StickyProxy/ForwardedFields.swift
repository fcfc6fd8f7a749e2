import NIOCore
import Wire

/// Which header fields do not go on: those of one hop (RFC 9110 §7.6.1), and those that the proxy owns.
enum ForwardedFields {
    private static let ofOneHop = FieldNames([
        "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade",
    ])
    private static let ofOneHopOrOurs = FieldNames([
        "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "forwarded",
        "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port",
    ])
    /// Fields that `Connection` can't name away: without them the message would mean something else.
    private static let essential = FieldNames(["content-length", "host", "cookie", "set-cookie"])

    /// Where fields of one hop are let through.
    private static let ofConnectionOrOurs = FieldNames([
        "connection", "transfer-encoding", "upgrade", "forwarded", "x-forwarded-for", "x-forwarded-proto",
        "x-forwarded-host", "x-forwarded-port",
    ])

    /// Those of an answer that its client does not get.
    static func dropped(from head: ResponseHead) -> FieldNames {
        head.contains("connection") ? adding(head.elements("connection"), to: ofOneHop) : ofOneHop
    }

    /// Those of a request that its node does not get.
    static func dropped(
        from head: RequestHead, _ hopFields: Behavior.Headers.HopFields = .dropped,
        _ underscores: Behavior.Headers.Underscores = .passed
    ) -> FieldNames {
        var names: FieldNames
        if hopFields == .passed {
            names = ofConnectionOrOurs
        } else {
            names =
                head.contains("connection") ? adding(head.elements("connection"), to: ofOneHopOrOurs) : ofOneHopOrOurs
        }
        if underscores == .dropped {
            for field in head.allFields where field.name.contains("_") { names.insert(field.name.lowercased()) }
        }
        return names
    }

    private static func adding(_ named: [String], to names: FieldNames) -> FieldNames {
        var names = names
        for name in named {
            let name = name.lowercased()
            if !essential.contains(name), !names.contains(name) { names.insert(name) }
        }
        return names
    }
}
