import Balancers
import StickyProxy

extension Behavior.Affinity {
    /// Keys of `affinity:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        rule = try Self.rule(&knobs) ?? rule
        try knobs.section("cookie") { (part) throws(ManifestError) in
            guard var cookie else {
                throw part.error("name", "is a knob of a cookie", remedy: "the rule sets none; take this part out")
            }
            try cookie.read(&part)
            self.cookie = cookie
        }
        try knobs.whole("sessionCapacity", in: 0...100_000_000, &sessionCapacity)
        try knobs.choice("unknownKey", ["replaced": .replaced, "refused": .refused], &unknownKey)
        try knobs.choice("severalKeys", ["any-known": .anyKnown, "first": .first], &severalKeys)
        try knobs.choice(
            "deadNode",
            ["rehomed": .rehomed, "lent": .lent, "refused": .refused, "refused-for-good": .refusedForGood], &deadNode)
        var late: Duration?
        try knobs.time("rehomedAfter", &late)
        if let late { deadNode = .rehomedLate(late) }
        try knobs.choice("secondMove", ["allowed": .allowed, "refused": .refused], &secondMove)
        try knobs.whole("rehomedCapacity", in: 0...100_000_000, &rehomedCapacity)
        try knobs.choice("scope", ["request": .request, "connection": .connection], &scope)
    }

    private static func rule(_ knobs: inout KnobReader) throws(ManifestError) -> Rule? {
        var capacity = 100_000
        try knobs.whole("capacity", in: 0...100_000_000, &capacity)
        let (key, hash) = (try key(&knobs), try hash(&knobs))
        let name = try knobs.text("name")
        func needed<Value>(_ key: String, _ value: Value?, _ example: String) throws(ManifestError) -> Value {
            guard let value else {
                throw knobs.error(key, "is missing", remedy: "write for example \"\(key): \(example)\"")
            }
            return value
        }
        switch try knobs.text("rule") {
        case nil: return nil
        case "cookie": return .cookie(Cookie())
        case "table": return .table(of: try needed("key", key, "address"), capacity: capacity)
        case "hash": return .hash(of: try needed("key", key, "address"), hash ?? .rendezvous)
        case "learned": return .learned(cookie: try needed("name", name, "JSESSIONID"), capacity: capacity)
        case "header": return .header(try needed("name", name, "X-Node"))
        case "none": return Rule.none
        case let other?:
            throw knobs.error(
                "rule", "is \"\(other)\"", remedy: "write cookie or table or hash or learned or header or none")
        }
    }

    private static func key(_ knobs: inout KnobReader) throws(ManifestError) -> Key? {
        guard let text = try knobs.text("key") else { return nil }
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("cookie", 1): return .cookie(Cookie())
        case ("cookie", 2): return .cookieNamed(words[1])
        case ("header", 2): return .header(words[1])
        case ("session", 1): return .session
        case ("server-segment", 1): return .serverSegment
        case ("address", 1): return .address
        default:
            throw knobs.error(
                "key", "is \"\(text)\"",
                remedy: "write cookie (the proxy's own), cookie NAME, header NAME, session, server-segment or address")
        }
    }

    private static func hash(_ knobs: inout KnobReader) throws(ManifestError) -> Hash? {
        guard let text = try knobs.text("hash") else { return nil }
        if text == "rendezvous" { return .rendezvous }
        if text == "modulo" { return .modulo }
        let words = text.split(separator: " ")
        if words.first == "ring", words.count == 2, let places = Int(words[1]), (1...10_000).contains(places) {
            return .ring(places: places)
        }
        throw knobs.error(
            "hash", "is \"\(text)\"",
            remedy:
                "write rendezvous, modulo, or ring and its places per node, for example ring 160")
    }
}

extension Behavior.Affinity.Cookie {
    /// Keys of `affinity: cookie:`.
    mutating func read(_ knobs: inout KnobReader) throws(ManifestError) {
        try knobs.text("name", &name)
        guard !name.isEmpty,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"=;,\"\\()<>@:/[]?{}".utf8.contains($0) })
        else { throw knobs.error("name", "is no cookie's", remedy: "write a token of RFC 6265, for example lb") }
        try knobs.choice(
            "format",
            [
                "node-and-client": .nodeAndClient, "node": .node, "node-name": .nodeName,
                "node-address": .nodeAddress,
            ], &format)
        try knobs.text("path", &path)
        try knobs.text("domain", &domain)
        for (key, value) in [("path", path), ("domain", domain)] where value.map(Self.breaksOut) ?? false {
            throw knobs.error(key, "holds a semicolon or what is not printed", remedy: "write it without")
        }
        var time: Duration?
        try knobs.time("maxAge", &time)
        if let time { expiry = .maxAge(time) }
        time = nil
        try knobs.time("expires", &time)
        if let time { expiry = .expires(time) }
        try knobs.flag("secure", &isSecure)
        try knobs.flag("httpOnly", &isHTTPOnly)
        try knobs.choice(
            "sameSite",
            ["strict": .strict, "lax": .lax, "none": SameSite.none, "unset": nil]
                as KeyValuePairs<
                    String, SameSite?
                >, &sameSite)
        try knobs.text("twin", &twin)
        try knobs.flag("refreshed", &isRefreshed)
        try knobs.flag("onUpgrade", &isOnUpgrade)
        try knobs.flag("onErrors", &isOnErrors)
        try knobs.text("follows", &follows)
        try knobs.choice(
            "sharedAnswers",
            ["without-cookie": .withoutCookie, "made-private": .madePrivate, "with-cookie": .withCookie],
            &sharedAnswers)
        try knobs.choice("otherCookies", ["kept": .kept, "replaced": .replaced], &otherCookies)
    }

    private static func breaksOut(_ text: String) -> Bool {
        text.utf8.contains { $0 < 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: ";") }
    }
}
