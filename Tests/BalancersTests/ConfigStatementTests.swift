import Claims
import Testing

@testable import Balancers

@Suite struct ConfigStatementTests {
    struct Vector: CustomTestStringConvertible {
        var syntax: ConfigSyntax
        var text: String
        var statements: [String]
        var testDescription: String { text.debugDescription }

        init(_ syntax: ConfigSyntax, _ text: String, _ statements: String...) {
            self.syntax = syntax
            self.text = text
            self.statements = statements
        }
    }

    /// Each statement as `line block: words`.
    static let vectors = [
        Vector(.semicolons, ""),
        Vector(.semicolons, "a  b\t;c;", "1 -: a b", "1 -: c"),
        Vector(.semicolons, "a\n  b; # c;\n#d;\ne;", "1 -: a b", "4 -: e"),
        Vector(.semicolons, "a { b 1; c { d; } e; } f", "1 -: a", "1 a: b 1", "1 a: c", "1 c: d", "1 a: e", "1 -: f"),
        Vector(
            .semicolons, "map $a $b {\n default x;\n '' \"y z\";\n}", "1 -: map $a $b", "2 map: default x",
            "3 map: '' y z"),
        Vector(
            .semicolons, "a {{60s}}; b{{ x }}y{ c {{1h}}; }", "1 -: a {{60s}}", "1 -: b{{ x }}y",
            "1 b{{ x }}y: c {{1h}}"),
        Vector(.semicolons, "a ${b}c; d 'e;\\'f'; g\\;h;", "1 -: a ${b}c", "1 -: d e;'f", "1 -: g\\;h"),
        Vector(.semicolons, "a#b; c\"d\";", "1 -: a#b", "1 -: c\"d\""),
        Vector(.semicolons, "a { b; }}}; c 'd", "1 -: a", "1 a: b", "1 -: c d"),
        Vector(.semicolons, "a {{x\nb; c {{", "1 -: a {{x b", "2 -: c {{"),
        Vector(.lines, "a b # c\n\n  d  e;\nf{ g }", "1 -: a b", "3 -: d e;", "4 -: f{ g }"),
        Vector(.lines, "a \"b # c\"\nd\\ e\nf \\\n g#h", "1 -: a b # c", "2 -: d\\ e", "3 -: f g"),
        Vector(.lines, "timeout client {{15m}}\r\n", "1 -: timeout client {{15m}}"),
    ]

    @Test(arguments: vectors)
    func `a statement is its words, wherever its end is`(_ vector: Vector) {
        let statements = vector.syntax.statements(of: vector.text)
        #expect(statements.map { "\($0.line) \($0.block ?? "-"): \($0.text)" } == vector.statements)
    }

    @Test(arguments: [ConfigSyntax.semicolons, .lines])
    func `any bytes are read to their end`(_ syntax: ConfigSyntax) {
        let pieces = ["{", "}", "{{", "}}", ";", "\n", "#", "'", "\"", "\\", "$", " ", "a", "\u{0}", "é"]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0..<30, using: &random)).map { _ in pieces.randomElement() ?? "" }.joined()
            for statement in syntax.statements(of: text) {
                #expect(!statement.words.isEmpty, "\(text.debugDescription)")
            }
        }
    }
}

@Suite struct MentionsTests {
    static func template(_ text: String, node: String) -> ConfigTemplate {
        ConfigTemplate(text: text, file: "my.conf", examples: .init(listen: "", node: node))
    }

    static let nginx: [(remedy: String, configuration: String, mentions: [String])] = [
        ("proxy_buffering off;", "location / { proxy_buffering   off; }", ["proxy_buffering off"]),
        ("proxy_buffering off;", "#proxy_buffering off;\nproxy_buffering on;", []),
        ("proxy_buffering off;  # then gzip holds nothing back", "proxy_buffering\n'off';", ["proxy_buffering off"]),
        ("proxy_buffering off;", "xproxy_buffering off; proxy_buffering off x;", []),
        ("a 1; b 2; c 3;", "c 3; a 1; a 1;", ["a 1", "c 3"]),
        (
            "map $cookie_x $key { default $cookie_x; } hash $key consistent;",
            "map $cookie_route $route { default $cookie_route; } upstream app { hash $route consistent; }",
            ["hash $route consistent"]
        ),
        ("map $cookie_x $key { default 1; } hash $key;", "hash $remote_addr; map $uri $other { default 1; }", []),
        (
            "proxy_set_header Upgrade $http_upgrade; map $http_upgrade $c { default upgrade; }",
            "map $http_upgrade $connection_upgrade { default upgrade; } proxy_set_header Upgrade $connection_upgrade;",
            []
        ),
        ("# take out: add_header X y;", "add_header X y;", []),
        ("the words of people; proxy_buffering off; and more", "proxy_buffering off;", ["proxy_buffering off"]),
        ("", "a;", []),
    ]

    @Test(arguments: nginx.indices)
    func `what of a remedy stands in the file already is told, as it stands there`(_ index: Int) {
        let row = Self.nginx[index]
        #expect(Self.template(row.configuration, node: "server {{node1}};").mentions(row.remedy) == row.mentions)
    }

    static let haproxy: [(remedy: String, configuration: String, mentions: [String])] = [
        ("mode http  # not tcp", "defaults\n    mode   http # all\n", ["mode http"]),
        ("mode http", "mode tcp\n# mode http\nno mode http", []),
        ("cookie A insert\nserver n1 {{node1}} cookie n1 check", " cookie A insert\n", ["cookie A insert"]),
    ]

    @Test(arguments: haproxy.indices)
    func `a language of lines is compared by lines`(_ index: Int) {
        let row = Self.haproxy[index]
        #expect(Self.template(row.configuration, node: "server n1 {{node1}}").mentions(row.remedy) == row.mentions)
    }
}

@Suite struct RemedyTests {
    /// The word that people need, by the balancer and the cause or finding.
    static let words = [
        ("nginx", "cors-altered", "Access-Control"),
        ("nginx", "upgrade", "proxy_set_header Upgrade $http_upgrade;"),
        ("nginx", "upgrade-not-forwarded", "proxy_set_header Upgrade $http_upgrade;"),
        ("nginx", "limit-connections", "limit_conn"), ("nginx", "limit-connections", "worker_connections"),
        ("nginx", "client-address", "set_real_ip_from"), ("nginx", "address-wrong", "set_real_ip_from"),
        ("nginx", "limit-request-fields", "large_client_header_buffers"), ("nginx", "caching", "proxy_cache"),
        ("nginx", "answer-cached", "proxy_cache"), ("nginx", "buffering", "proxy_buffering off"),
        ("nginx", "stream-held-back", "proxy_buffering off"), ("nginx", "path-not-served", "location"),
        ("nginx", "iframe-altered", "location"), ("nginx", "affinity-address", "set_real_ip_from"),
        ("nginx", "affinity-cookie", "SameSite=None"), ("nginx", "limit-body", "client_max_body_size"),
        ("nginx", "redirect", "X-Forwarded-Proto"), ("haproxy", "affinity-none", "mode http"),
        ("haproxy", "affinity-address", "balance source"), ("haproxy", "affinity-load", "balance source"),
    ]

    @Test(arguments: words)
    func `a remedy has the word that cures`(_ name: String, _ key: String, _ word: String) throws {
        let claims = try BalancerCatalogTests.shipped.manifest(name).claims(of: nil)
        #expect(claims.remedies[key]?.contains(word) == true)
    }

    @Test(arguments: ["nginx", "haproxy"])
    func `there is a remedy for each cause, in lines that fit, and none names what causes it`(_ name: String) throws {
        let manifest = try BalancerCatalogTests.shipped.manifest(name)
        // Six show only where a manifest has verbs, which none has; of the last two there is advice for all.
        let special: Set<CauseKind> = [
            .unexplained, .redirect, .refused, .affinityCrossSite, .drain, .reload, .scaling, .instances, .layers,
            .restart, .affinityWithoutCookies, .cookieAttributes,
        ]
        for cause in CauseKind.allCases where !special.contains(cause) {
            #expect(manifest.remedies[cause.rawValue] != nil, "\(cause)")
        }
        for (key, remedy) in manifest.remedies {
            let lines = remedy.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 6, "\(key)")
            for line in lines { #expect(line.count <= 76, "\(key): \(line)") }
            #expect(!remedy.contains("$proxy_add_x_forwarded_for"), "behind another proxy it is the cause")
        }
        #expect(!manifest.directives.values.contains { $0.contains("$proxy_add_x_forwarded_for") })
    }

    @Test func `a correct configuration has what the remedies of its causes say`() throws {
        let nginx = try BalancerCatalogTests.shipped.manifest("nginx")
        let template = try nginx.template(of: nginx.variant(nil))
        #expect(
            template.mentions(nginx.remedies["affinity-none"] ?? "")
                == ["hash $affinity_key consistent", "add_header Set-Cookie $affinity_cookie always"])
        #expect(template.mentions(nginx.remedies["upgrade"] ?? "").count == 3)
        let haproxy = try BalancerCatalogTests.shipped.manifest("haproxy")
        let cookie = try haproxy.template(of: haproxy.variant(nil))
        #expect(cookie.mentions(haproxy.remedies["affinity-none"] ?? "") == ["mode http"])
        #expect(
            cookie.mentions(haproxy.remedies["affinity-cross-site"] ?? "")
                == ["cookie LBSRV insert indirect nocache httponly secure attr SameSite=None"])
    }
}
