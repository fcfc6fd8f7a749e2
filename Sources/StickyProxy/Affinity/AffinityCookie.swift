import Foundation
import SockJS
import Wire

/// The affinity cookie as answers set it (RFC 6265 §4.1).
struct AffinityCookie: Sendable {
    private let cookie: Behavior.Affinity.Cookie
    /// All attributes but the moment at which it expires.
    private let attributes: String

    init(_ cookie: Behavior.Affinity.Cookie) {
        self.cookie = cookie
        var attributes = ""
        if let path = cookie.path { attributes += "; Path=\(path)" }
        if let domain = cookie.domain { attributes += "; Domain=\(domain)" }
        if case .maxAge(let time) = cookie.expiry { attributes += "; Max-Age=\(time.components.seconds)" }
        if cookie.isSecure { attributes += "; Secure" }
        if cookie.isHTTPOnly { attributes += "; HttpOnly" }
        if let sameSite = cookie.sameSite { attributes += "; SameSite=\(sameSite.rawValue)" }
        self.attributes = attributes
    }

    /// Whether an answer of this status may carry it, which a node gave with these fields.
    func isCarried(by answer: ResponseHead) -> Bool {
        if answer.status == 101, !cookie.isOnUpgrade { return false }
        if answer.status >= 400, !cookie.isOnErrors { return false }
        guard let followed = cookie.follows else { return true }
        return answer.setsCookie(followed) != nil
    }

    /// What becomes of it on an answer that shared caches may keep.
    var onSharedAnswers: Behavior.Affinity.Cookie.SharedAnswers { cookie.sharedAnswers }

    /// What becomes of the node's own cookies beside it.
    var otherCookies: Behavior.Affinity.Cookie.OtherCookies { cookie.otherCookies }

    /// Appends the fields that set it to this value.
    func appendFields(_ value: String, to text: inout [UInt8]) {
        var attributes = attributes
        if case .expires(let time) = cookie.expiry {
            let end = HTTPDate(seconds: Int64(Date.now.timeIntervalSince1970) + time.components.seconds)
            attributes = "; Expires=\(end)\(attributes)"
        }
        text.appendField("Set-Cookie", "\(cookie.name)=\(value)\(attributes)")
        if let twin = cookie.twin {
            let path = cookie.path.map { "; Path=\($0)" } ?? ""
            text.appendField("Set-Cookie", "\(twin)=\(value)\(path); SameSite=None; Secure")
        }
    }
}

extension ResponseHead {
    /// The value to which the answer sets a cookie of this name; nil where it sets none, or takes it away.
    func setsCookie(_ name: String) -> String? {
        for field in values("set-cookie") {
            let pair = field.prefix { $0 != ";" }
            guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
            let value = pair[pair.index(after: equals)...]
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }
}
