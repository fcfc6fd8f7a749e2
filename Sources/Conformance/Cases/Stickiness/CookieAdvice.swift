import History

/// Why browsers withhold a cookie, in words, and what to set instead.
struct CookieAdvice {
    let words: String

    /// - Parameter field: the `Set-Cookie` field.
    /// - Parameter host: `Host` of the request that it answers.
    init(_ reason: CookieWithheld.Reason?, field: String, host: String) {
        words =
            switch reason {
            case .secure:
                "browsers don't keep a Secure cookie that came over plain http from \(host); serve it over https, or "
                    + "leave Secure out where there is none"
            case .domain:
                "its \(Self.attribute("domain", of: field)) is no domain of \(host); leave Domain out"
            case .path:
                "its \(Self.attribute("path", of: field)) does not cover the URLs of SockJS; set Path=/"
            case .sameSite:
                "its \(Self.attribute("samesite", of: field)) keeps it back; set SameSite=None; Secure, which browsers "
                    + "keep over https, and over http on loopback addresses only"
            case .sameSiteNoneNotSecure: "browsers don't keep SameSite=None without Secure; add Secure"
            case .namePrefix:
                "its name promises what its attributes don't keep: __Secure- needs Secure, __Host- Secure, Path=/ and no "
                    + "Domain"
            case .tooLarge: "it is longer than the 4096 bytes that browsers keep"
            case .jarFull: "the browser holds as many cookies of the host as it can"
            case .malformed: "it is no cookie: name=value is needed, without control characters"
            case nil: "it is over as soon as it is set; leave Max-Age and Expires out"
            }
    }

    /// An attribute as it stands in the field, or that it does not.
    private static func attribute(_ name: String, of field: String) -> String {
        let found = field.split(separator: ";").dropFirst().map { $0.drop { $0 == " " } }
            .last { $0.prefix { $0 != "=" }.lowercased() == name }
        if let found { return String(found.prefix(100)) }
        switch name {
        case "samesite": return "missing SameSite, which counts as Lax,"
        case "path": return "missing Path, so that it goes by the URL that set it,"
        default: return name
        }
    }
}
