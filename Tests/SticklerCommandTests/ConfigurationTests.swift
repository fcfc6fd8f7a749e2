import Foundation
import TestSupport
import Testing

/// `verify --balancer`: configurations and programs that can't be used.
@Suite(.timeLimit(.minutes(1))) struct ConfigurationTests {
    static let nginx =
        "events {} http { upstream app { server {{node1}}; server {{node2}}; server {{node3}}; } "
        + "server { listen {{listen}}; location / { proxy_pass http://app; } } }\n"

    struct Template: CustomTestStringConvertible {
        var testDescription: String
        var replacing: String
        var with: String
        var says: [String]
    }

    @Test(arguments: [
        Template(
            testDescription: "a node left out", replacing: "server {{node3}};", with: "",
            says: ["{{node3}} missing", "write: server {{node3}}"]),
        Template(
            testDescription: "an address of one's own to listen on", replacing: "{{listen}}", with: "80",
            says: ["{{listen}} missing", "write: listen {{listen}};"]),
        Template(
            testDescription: "an unknown placeholder", replacing: "events {}", with: "events {}\n# {{port}}\n",
            says: [":2: unknown placeholder {{port}}", "known: {{admin}}, {{config}}, {{dir}}, {{listen}}"]),
        Template(
            testDescription: "a placeholder that does not end", replacing: "{{node1}}", with: "{{node1\n",
            says: [":1: {{ is not closed"]),
    ])
    func `a template is refused with the placeholder, the line and how to write it`(_ template: Template) async throws {
        try await withTemporaryDirectory { directory in
            let text = Self.nginx.replacing(template.replacing, with: template.with)
            try #require(text != Self.nginx)
            try text.write(toFile: "\(directory)/my.conf", atomically: true, encoding: .utf8)
            let outcome = try await Command(
                "verify", "--balancer", "nginx", "--config", "./my.conf",
                environment: ["STICKLER_BALANCERS": "\(Command.checkout)/harness/balancers"], directory: directory
            ).run()
            #expect(outcome.exitCode == 2, "\(outcome)")
            #expect(outcome.output.isEmpty, "\(outcome)")
            for words in ["./my.conf"] + template.says { #expect(outcome.errors.contains(words), "\(outcome)") }
        }
    }

    @Test(.enabled(if: Balancer.isTested("nginx"), "nginx is not installed"))
    func `a configuration that nginx refuses comes back with nginx's own words, and nothing is left`() async throws {
        try await withTemporaryDirectory { directory in
            let text = "sticky_by_magic on;\n" + Self.nginx
            try text.write(toFile: "\(directory)/my.conf", atomically: true, encoding: .utf8)
            try FileManager.default.createDirectory(atPath: "\(directory)/work", withIntermediateDirectories: false)
            let outcome = try await Command(
                "verify", "--balancer", "nginx", "--config", "\(directory)/my.conf",
                environment: ["TMPDIR": "\(directory)/work"]
            ).run()
            #expect(outcome.exitCode == 2, "\(outcome)")
            for words in ["nginx refuses", "unknown directive \"sticky_by_magic\""] {
                #expect(outcome.errors.contains(words), "\(outcome)")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/work")
            #expect(left == [])
        }
    }

    @Test func `a balancer that is not installed is named with the package to install`() async throws {
        try await withTemporaryDirectory { directory in
            let folder = "\(directory)/nginx"
            try FileManager.default.copyItem(atPath: "\(Command.checkout)/harness/balancers/nginx", toPath: folder)
            let manifest = try String(contentsOfFile: "\(folder)/balancer.yml", encoding: .utf8)
            let without = manifest.replacing("binary: nginx", with: "binary: no-such-nginx")
            try #require(without != manifest)
            try without.write(toFile: "\(folder)/balancer.yml", atomically: true, encoding: .utf8)
            let outcome = try await Command(
                "verify", "--balancer", "nginx", environment: ["STICKLER_BALANCERS": directory]
            ).run()
            #expect(outcome.exitCode == 2, "\(outcome)")
            for words in ["no-such-nginx is not installed", "apt-get install nginx-light"] {
                #expect(outcome.errors.contains(words), "\(outcome)")
            }
        }
    }

    @Test func `the balancers we ship are found from anywhere, as a package that depends on us needs it`() async throws
    {
        try await withTemporaryDirectory { directory in
            try FileManager.default.copyItem(atPath: Command.stickler, toPath: "\(directory)/stickler")
            var command = Command("verify", "--balancer", "pound", directory: directory)
            command.program = "\(directory)/stickler"
            let outcome = try await command.run()
            #expect(outcome.errors.contains("known: apache, caddy"), "\(outcome)")
        }
    }

    @Test func `a balancer of a folder of one's own is verified by its manifest alone`() async throws {
        try await withTemporaryDirectory { directory in
            let folder = "\(directory)/mine"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let manifest = """
                name: mine
                title: Mine
                like: haproxy
                default: one-file
                variants:
                  - {name: one-file, file: one.cfg, summary: nodes by a loop, correct: true, scope: client}
                """
            try manifest.write(toFile: "\(folder)/balancer.yml", atomically: true, encoding: .utf8)
            let template = """
                defaults
                    mode http
                    timeout connect 1s
                    timeout client {{15m}}
                    timeout server {{15m}}
                listen front
                    bind {{listen.host}}:{{listen.port}}
                    cookie LBSRV insert indirect nocache
                {{each node}}    server n{{node.number}} {{node.host}}:{{node.port}} cookie n{{node.number}}
                {{end}}
                """
            try template.write(toFile: "\(folder)/one.cfg", atomically: true, encoding: .utf8)
            let outcome = try await Command(
                "verify", "--balancers", directory, "--balancer", "mine", "--case", "stickiness/polling-same-node"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
        }
    }

    @Test func `a folder of balancers that is not there is named`() async throws {
        let outcome = try await Command(
            "verify", "--balancer", "nginx", environment: ["STICKLER_BALANCERS": "/no-such"]
        ).run()
        #expect(outcome.exitCode == 2, "\(outcome)")
        #expect(outcome.errors.contains("STICKLER_BALANCERS=/no-such"), "\(outcome)")
    }

    @Test(
        .enabled(if: Balancer.isTested("nginx"), "nginx is not installed"),
        arguments: [("cookie", 0 as Int32), ("bare", 1)])
    func `a right configuration exits 0, a wrong one 1 with the directive to change`(
        variant: String, code: Int32
    ) async throws {
        let outcome = try await Command(
            "verify", "--balancer", "nginx", "--config", variant, "--case", "upgrade/reaches-node"
        ).run()
        #expect(outcome.exitCode == code, "\(outcome)")
        #expect(outcome.output.contains("1. upgrade: ") == (code == 1))
        #expect(outcome.output.contains("proxy_set_header Upgrade $http_upgrade;") == (code == 1))
    }
}
