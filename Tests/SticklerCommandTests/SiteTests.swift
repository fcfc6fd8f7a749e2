import Foundation
import TestSupport
import Testing

/// The name of the site, what lets a client in, and what is said of a front that is not the balancer meant.
@Suite(.timeLimit(.minutes(2))) struct SiteTests {
    /// What a front of nginx says in place of the nodes, and what is said of it.
    struct Front: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var server: String
        var code: Int32
        var says: [String]
        var options: [String] = []
    }

    static let proxying = "location / { proxy_pass http://app; proxy_set_header Host $http_host; }"

    static let fronts = [
        Front(
            testDescription: "a redirect to TLS", server: "listen {{listen}}; return 301 https://$host$request_uri;",
            code: 3,
            says: [
                "every request to http://", " is answered 301 to https://", "X-Forwarded-Proto",
                "https is not built in",
            ]),
        Front(
            testDescription: "a redirect to another name",
            server: "listen {{listen}}; return 302 http://www.example.com/;", code: 3,
            says: ["answered 302 to http://www.example.com/", "--host NAME"]),
        Front(
            testDescription: "a password",
            server: "listen {{listen}}; auth_basic staging; auth_basic_user_file {{dir}}/no; "
                + "location / { proxy_pass http://app; }",
            code: 3, says: ["answered 401", "Basic realm", "--header 'Authorization: "]),
        Front(
            testDescription: "a refusal", server: "listen {{listen}}; deny all; \(proxying)", code: 3,
            says: ["answered 403 by no node of ours", "let this machine in"]),
        Front(
            testDescription: "an end without an answer", server: "listen {{listen}}; return 444;", code: 3,
            says: ["closed without an answer", "--host NAME"]),
        Front(
            testDescription: "a site of another name",
            server:
                "listen {{listen}} default_server; return 503; } server { listen {{listen}}; server_name own.example; "
                + proxying,
            code: 3, says: ["answered 503 by no node of ours", "--host NAME"]),
        Front(
            testDescription: "a site under its own name",
            server:
                "listen {{listen}} default_server; return 503; } server { listen {{listen}}; server_name own.example; "
                + proxying,
            code: 0, says: [], options: ["--host", "own.example"]),
        Front(
            testDescription: "a token",
            server: "listen {{listen}}; if ($http_x_staging != \"let me in\") { return 403; } \(proxying)", code: 0,
            says: [], options: ["--header", "X-Staging: let me in"]),
        Front(
            testDescription: "another app", server: "listen {{listen}}; location / { return 200 hello; }", code: 3,
            says: ["answered 200 by no node of ours but by nginx", "\"hello\"", "listen addresses (n1 at 127."]),
    ]

    @Test(.enabled(if: Balancer.isTested("nginx"), "nginx is not installed"), arguments: fronts)
    func `a front that is not the nodes is told by what it says, with what to do`(_ front: Front) async throws {
        try await withTemporaryDirectory { directory in
            let text =
                "pid {{dir}}/p; error_log stderr; events {} http { access_log off; "
                + ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path {{dir}}/\($0); " }
                .joined()
                + "upstream app { server {{node1}}; server {{node2}}; server {{node3}}; } server { \(front.server) } }\n"
            try text.write(toFile: "\(directory)/my.conf", atomically: true, encoding: .utf8)
            let outcome = try await Command(
                ["verify", "--balancer", "nginx", "--config", "\(directory)/my.conf", "--case", "sockjs/info"]
                    + front.options
            ).run()
            #expect(outcome.exitCode == front.code, "\(outcome)")
            for words in front.says { #expect(outcome.errors.contains(words), "\(words)\n\(outcome)") }
        }
    }

    @Test func `addresses of a node in the place of others are told apart`() async throws {
        try await Standalone.withNodes(2) { nodes in
            let (data, control) = (nodes[0].announcement.listen, nodes[0].announcement.control ?? "")
            let swapped = try await Command.verify("127.0.0.1:1", nodes, "--node", data).run()
            #expect(swapped.exitCode == 2, "\(swapped)")
            #expect(swapped.errors.contains("\(data) is where clients of node n1 connect"), "\(swapped)")
            for (url, words) in [
                (control, "is the control address of node n1"), (data, "is where node n1 itself listens"),
            ] {
                let outcome = try await Command.verify(url, nodes).run()
                #expect(outcome.exitCode == 2, "\(outcome)")
                #expect(outcome.errors.contains("\(url) \(words)"), "\(outcome)")
            }
        }
    }
}
