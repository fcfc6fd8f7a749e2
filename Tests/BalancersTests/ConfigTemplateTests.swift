import Testing

@testable import Balancers

@Suite struct ConfigTemplateTests {
    static func render(_ text: String, nodes: Int = 2) throws -> String {
        let template = ConfigTemplate(
            text: text, file: "./my.conf", examples: .init(listen: "bind {{listen}}", node: "server {{node1}};"))
        return try template.render(values(nodes: nodes))
    }

    static func values(nodes: Int = 2, timeScale: Double = 1) -> TemplateValues {
        TemplateValues(
            listen: ListenAddress(host: "127.3.4.254", port: 21000),
            further: ["admin": ListenAddress(host: "::1", port: 21900)],
            nodes: (0..<nodes).map { ListenAddress(host: "127.3.4.\($0 + 1)", port: 21000 + $0) }, directory: "/tmp/d",
            user: "nobody", timeScale: timeScale)
    }

    @Test(arguments: [
        ("{{listen}} {{node1}} {{node2}}", "127.3.4.254:21000 127.3.4.1:21000 127.3.4.2:21001"),
        ("{{ listen }}{{node2}}{{node1}}", "127.3.4.254:21000127.3.4.2:21001127.3.4.1:21000"),
        (
            "{{dir}}/a {{listen}} {{node1}} {{node2}} {{dir}}",
            "/tmp/d/a 127.3.4.254:21000 127.3.4.1:21000 127.3.4.2:21001 /tmp/d"
        ),
        ("é{\n{{listen}}{{node1}}{{node2}}}}", "é{\n127.3.4.254:21000127.3.4.1:21000127.3.4.2:21001}}"),
        (
            "{{listen.host}} {{listen.port}} {{node1.host}}|{{node1.port}}|{{node2.port}}",
            "127.3.4.254 21000 127.3.4.1|21000|21001"
        ),
        (
            "{{listen}} {{each node}}s{{node.number}} {{node}};{{end}}",
            "127.3.4.254:21000 s1 127.3.4.1:21000;s2 127.3.4.2:21001;"
        ),
        (
            "{{listen}} [{{each node \", \"}}{{node.port}}@{{node.host}}{{end}}]",
            "127.3.4.254:21000 [21000@127.3.4.1, 21001@127.3.4.2]"
        ),
        (
            "{{listen}}{{each node}} {{node.port}}{{end}} {{admin}} {{admin.host}} {{admin.port}} {{user}}",
            "127.3.4.254:21000 21000 21001 [::1]:21900 ::1 21900 nobody"
        ),
    ])
    func `placeholders become addresses`(text: String, rendered: String) throws {
        #expect(try Self.render(text) == rendered)
    }

    @Test(arguments: [
        ("60s", 1.0, "60000ms"), ("60s", 0.04, "2400ms"), ("1h", 0.04, "144000ms"), ("250ms", 0.04, "10ms"),
        ("5m", 0.5, "150000ms"), (" 2s ", 1, "2000ms"), ("1ms", 0.04, "1ms"),
        ("60s:s", 1, "60s"), ("60s:s", 0.04, "2.400s"), ("1s:s", 0.04, "0.040s"), ("60s:ms", 1, "60000ms"),
        ("60s:seconds", 1, "60"), ("60s:seconds", 0.04, "3"), ("1s:seconds", 0.04, "1"),
    ])
    func `a time follows the time scale`(time: String, scale: Double, rendered: String) throws {
        let template = ConfigTemplate(
            text: "{{listen}} {{node1}} {{\(time)}}", file: "my.conf", examples: .init(listen: "", node: ""))
        #expect(template.scalesTime)
        #expect(
            try template.render(Self.values(nodes: 1, timeScale: scale))
                == "127.3.4.254:21000 127.3.4.1:21000 \(rendered)")
    }

    @Test(arguments: [
        "{{listen}}", "60s", "{{60}} {{s}} {{60 s}} {{-1s}} {{1d}}", "{{", "{{60s", "# {{1h}}",
        "{{60s:m}}",
    ])
    func `a template without times does not scale`(text: String) {
        let template = ConfigTemplate(text: text, file: "my.conf", examples: .init(listen: "", node: ""))
        #expect(!template.scalesTime)
    }

    static let problems: [(String, TemplateError.Problem, String)] = [
        (
            "{{node1}} {{node2}}", .missing(["listen"], how: ["bind {{listen}}"]),
            "./my.conf: {{listen}} missing; Stickler puts its own addresses there, so write: bind {{listen}}"
        ),
        (
            "{{listen}} {{node1}}", .missing(["node2"], how: ["server {{node2}};"]),
            "./my.conf: {{node2}} missing; Stickler puts its own addresses there, so write: server {{node2}};"
        ),
        (
            "",
            .missing(
                ["listen", "node1", "node2"], how: ["bind {{listen}}", "server {{node1}};", "server {{node2}};"]),
            """
            ./my.conf: {{listen}}, {{node1}}, {{node2}} missing; Stickler puts its own addresses there, so write: \
            bind {{listen}}  server {{node1}};  server {{node2}};
            """
        ),
        (
            "\n{{port}}", .unknown("port", line: 2, known: ["admin", "dir", "listen", "node1", "node2", "user"]),
            "./my.conf:2: unknown placeholder {{port}}; known: {{admin}}, {{dir}}, {{listen}}, {{node1}}, {{node2}}, {{user}}"
        ),
        (
            "{{node3}}", .unknown("node3", line: 1, known: ["admin", "dir", "listen", "node1", "node2", "user"]),
            "./my.conf:1: unknown placeholder {{node3}}; known: {{admin}}, {{dir}}, {{listen}}, {{node1}}, {{node2}}, {{user}}"
        ),
        (
            "{{each node}}\n{{node.name}}{{end}}",
            .unknown(
                "node.name", line: 2,
                known: [
                    "admin", "dir", "listen", "node", "node.host", "node.number", "node.port", "node1", "node2", "user",
                ]),
            """
            ./my.conf:2: unknown placeholder {{node.name}}; known: {{admin}}, {{dir}}, {{listen}}, {{node}}, \
            {{node.host}}, {{node.number}}, {{node.port}}, {{node1}}, {{node2}}, {{user}}
            """
        ),
        (
            "\n{{each node}} {{listen}}", .loopWithoutEnd(line: 2),
            "./my.conf:2: {{each node}} does not end; write {{end}} behind what is there for each node"
        ),
        (
            "{{end}}", .endWithoutLoop(line: 1),
            "./my.conf:1: {{end}} of no loop; take it out, or write {{each node}} before it"
        ),
        (
            "{{each server}}", .unknownLoop("each server", line: 1),
            """
            ./my.conf:1: unknown loop {{each server}}; write {{each node}} … {{end}}, or {{each node ", "}} with what \
            stands between two nodes
            """
        ),
        (
            "{{each node}}{{each node}}{{end}}{{end}}", .loopInLoop(line: 1),
            "./my.conf:1: a loop in a loop; write {{end}} before {{each node}}"
        ),
        ("{{listen\n}}", .unclosed(line: 1), "./my.conf:1: {{ is not closed; write }} on the same line"),
    ]

    @Test(arguments: problems)
    func `a template that cannot be used is refused with what to write`(
        text: String, problem: TemplateError.Problem, message: String
    ) {
        let error = #expect(throws: TemplateError.self) { try Self.render(text) }
        #expect(error?.problem == problem)
        #expect(error?.description == message)
    }

    static let nginx = ["proxy_read_timeout", "proxy_send_timeout"]
    static let haproxy = ["timeout client", "timeout tunnel"]

    /// Idle times that are no placeholders in a text, and whether it is run in shortened time.
    static let times: [(node: String, idle: [String], text: String, literal: [String], scales: Bool)] = [
        ("s;", nginx, "proxy_read_timeout {{60s}}; proxy_send_timeout {{1h}};", [], true),
        (
            "s;", nginx, "proxy_read_timeout {{60s}};\nproxy_send_timeout 10s;", ["line 2: proxy_send_timeout 10s"],
            false
        ),
        ("s;", nginx, "proxy_read_timeout {{60s}}; # proxy_read_timeout 10s;", [], true),
        ("s;", nginx, "proxy_read_timeout {{60s}}; proxy_connect_timeout 1s; server a fail_timeout=2s;", [], true),
        (
            "s;", nginx, "proxy_connect_timeout {{1s}};\n\n proxy_read_timeout 10s;",
            ["line 3: proxy_read_timeout 10s"], false
        ),
        ("s;", nginx, "proxy_read_timeout 10s;", ["line 1: proxy_read_timeout 10s"], false),
        ("s;", nginx, "", [], false),
        ("s", haproxy, "timeout client {{60s}}\ntimeout connect 1s\ntimeout client-fin 3s", [], true),
        ("s", haproxy, "timeout client {{60s}}\n  timeout tunnel 1h # long", ["line 2: timeout tunnel 1h"], false),
    ]

    @Test(arguments: times.indices)
    func `time is shortened only if each idle time is a placeholder, and the others are told`(_ index: Int) throws {
        let row = Self.times[index]
        var manifest = try BalancerManifestTests.manifest()
        manifest.idleTimes = row.idle
        manifest.placeholders.node = row.node
        let template = ConfigTemplate(text: row.text, file: "my.conf", examples: manifest.placeholders)
        #expect(manifest.literalIdleTimes(of: template) == row.literal)
        #expect(manifest.scalesTime(of: template) == row.scales)
        let note = manifest.timeNote(of: template)
        #expect((note != nil) == (row.text.contains("{{") && !row.scales))
        if let note { #expect(note.contains("my.conf, \(row.literal[0])")) }
    }

    @Test(arguments: ["nginx", "haproxy"])
    func `a shipped configuration shortens all its idle times or none`(_ name: String) throws {
        let manifest = try BalancerCatalogTests.shipped.manifest(name)
        for variant in manifest.variants {
            #expect(manifest.timeNote(of: try manifest.template(of: variant)) == nil, "\(variant.name)")
        }
        #expect(manifest.scalesTime(of: try manifest.template(of: manifest.variant(nil))))
        #expect(!manifest.idleTimes.isEmpty)
    }
}
