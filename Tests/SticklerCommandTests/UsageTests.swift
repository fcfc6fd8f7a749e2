import Foundation
import Testing

/// Exit code 2: what was asked for can't be had; the message names the thing and what to do.
@Suite(.timeLimit(.minutes(1))) struct UsageTests {
    struct Mistake: CustomTestStringConvertible {
        var command: [String]
        var says: [String]
        var testDescription: String { command.joined(separator: " ") }

        init(_ command: String..., says: [String]) {
            self.command = command
            self.says = says
        }
    }

    static let mistakes = [
        Mistake("verify", "--case", "no/such", says: ["no/such", "`stickler cases`", "failover/*"]),
        Mistake("cases", "no/such", says: ["no/such", "`stickler cases`"]),
        Mistake("verify", "--balancer", "pound", says: ["pound", "known: apache, caddy"]),
        Mistake(
            "verify", "--balancer", "nginx", "--config", "other", says: ["other", "cookie, session, bare", "./other"]),
        Mistake("verify", "--mutant", "no-such", says: ["no-such", "`stickler mutants`"]),
        Mistake("verify", "--mutant", "no-such:1/5", says: ["\"no-such\"", "`stickler mutants`"]),
        Mistake("verify", "--mutant", "node-frame-dropped:2", says: ["node-frame-dropped:2", "1/N", ":1/1000"]),
        Mistake("verify", "--mutant", "dead-node-kept:1/5", says: ["dead-node-kept can't", "node-frame-dropped"]),
        Mistake(
            "proxy", "--listen", "127.0.0.1:0", "--node", "127.0.0.1:1", "--mutant", "node-frame-dropped:1/0",
            says: ["node-frame-dropped:1/0", "1/N"]),
        Mistake("proxy", "--listen", "127.0.0.1:0", "--node", "127.0.0.1:1", "--mutant", "no-such", says: ["no-such"]),
        Mistake("verify", "--report", "xml=a", says: ["xml=a", "json=PATH or junit=PATH"]),
        Mistake("verify", "--report", "json", says: ["--report json", "json=PATH"]),
        Mistake("verify", "--report", "json=", says: ["--report json=", "json=PATH"]),
        Mistake(
            "verify", "--report", "json=/no-such/a.json", says: ["/no-such/a.json", "No such file", "give a path"]),
        Mistake("verify", "--report", "junit=/tmp", says: ["/tmp", "is a directory", "path of a file"]),
        Mistake("verify", "--history", "/no-such/a.jsonl", says: ["/no-such/a.jsonl", "give a path"]),
        Mistake("verify", "--history", "/proc/a.jsonl", says: ["/proc/a.jsonl", "give a path"]),
        Mistake("verify", "--report", "json=same", "--history", "same", says: ["same", "twice"]),
        Mistake("verify", "--report", "json=-", "--history", "-", says: ["standard output", "twice"]),
        Mistake("verify", "--config", "bare", says: ["--config needs --balancer"]),
        Mistake("verify", "--node", "127.0.0.1:1", says: ["--node needs --url"]),
        Mistake("verify", "--balancer", "nginx", "--node", "127.0.0.1:1", says: ["--node goes with --url"]),
        Mistake("verify", "--url", "http://127.0.0.1:1", says: ["--node HOST:PORT", "`stickler node`"]),
        Mistake(
            "verify", "--url", "http://127.0.0.1:1", "--config", "bare", "--node", "127.0.0.1:1",
            says: ["--config goes with --balancer"]),
        Mistake("verify", "--url", "http://127.0.0.1:1", "--balancer", "nginx", says: ["one of --balancer, --url"]),
        Mistake("verify", "--balancer", "nginx", "--mutant", "cors-overwritten", says: ["one of --balancer, --url"]),
        Mistake("verify", "--url", "127.0.0.1:1", "--node", "127.0.0.1:1", says: ["http://HOST:PORT"]),
        Mistake("verify", "--url", "https://127.0.0.1:1", "--node", "127.0.0.1:1", says: ["TLS"]),
        Mistake(
            "verify", "--url", "http://127.0.0.1:1", "--node", "127.0.0.1:1",
            says: ["one node can't show", "three behind the balancer"]),
        Mistake(
            "verify", "--url", "http://127.0.0.1:1/?x=1", "--node", "127.0.0.1:1", says: ["\"?\"", "leave it out"]),
        Mistake("verify", "--url", "http://127.0.0.1:1/#y", "--node", "127.0.0.1:1", says: ["\"#\"", "leave it out"]),
        Mistake("verify", "--without", "magic", says: ["\"magic\"", "known: websocket-upgrade, polling-stickiness"]),
        Mistake("verify", "--scope", "planet", says: ["planet", "client, session, address"]),
        Mistake("verify", "--skip", "no/such", says: ["no/such", "`stickler cases`"]),
        Mistake("verify", "--case", "sockjs/info", "--skip", "sockjs/*", says: ["no case is left"]),
        Mistake("verify", "--balancer", "nginx", "--as", "pound", says: ["pound", "known: apache, caddy"]),
        Mistake("verify", "--balancer", "nginx", "--as", "nginx/no", says: ["\"no\"", "cookie, session, bare"]),
        Mistake("verify", "--as", "nginx", says: ["--url or --balancer"]),
        Mistake("verify", "--host", "a.example", says: ["--url or --balancer"]),
        Mistake("verify", "--balancer", "nginx", "--host", "a b", says: ["\"a b\"", "--host NAME"]),
        Mistake("verify", "--balancer", "nginx", "--header", "Token", says: ["\"Token\"", "Name: value"]),
        Mistake("verify", "--balancer", "nginx", "--header", "A: b\r\nC: d", says: ["is not a header field"]),
        Mistake("verify", "--balancer", "nginx", "--header", "Host: a", says: ["--host NAME"]),
        Mistake("verify", "--balancer", "nginx", "--header", "Upgrade: x", says: ["--header Upgrade", "leave it out"]),
        Mistake("verify", "--url", "http://127.0.0.1:70000", "--node", "127.0.0.1:1", says: ["70000", "1 to 65535"]),
        Mistake("verify", "--url", "http://127.0.0.1:1", "--node", "nowhere", says: ["\"nowhere\"", "HOST:PORT"]),
        Mistake(
            "verify", "--balancer", "nginx", "--config", "./no-such.conf", says: ["./no-such.conf", "no such file"]),
        Mistake("verify", "--seed", "many", says: ["many", "--seed"]),
        Mistake("verify", "--no-such-option", says: ["--no-such-option", "stickler verify --help"]),
        Mistake("conquer", says: ["conquer", "stickler"]),
        Mistake("node", says: ["--listen"]),
        Mistake("node", "--listen", "nowhere", says: ["\"nowhere\"", "HOST:PORT"]),
        Mistake("node", "--listen", "127.0.0.1:0", "--control", "nowhere", says: ["\"nowhere\"", "HOST:PORT"]),
        Mistake("node", "--listen", "127.0.0.1:0", "--id", "two words", says: ["two words", "letters"]),
        Mistake("proxy", "--listen", "127.0.0.1:0", says: ["--node"]),
        Mistake("proxy", "--listen", "nowhere", "--node", "127.0.0.1:1", says: ["\"nowhere\"", "HOST:PORT"]),
        Mistake("proxy", "--listen", "127.0.0.1:0", "--node", "nowhere", says: ["\"nowhere\"", "HOST:PORT"]),
        Mistake("proxy", "--listen", "127.0.0.1:0", "--node", "127.0.0.1:0", says: ["127.0.0.1:0", "`stickler node`"]),
    ]

    @Test(arguments: mistakes)
    func `wrong usage exits 2 before anything starts, and says what and how`(_ mistake: Mistake) async throws {
        let outcome = try await Command(mistake.command).run()
        #expect(outcome.exitCode == 2, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        for words in mistake.says { #expect(outcome.errors.contains(words), "\(words)\n\(outcome)") }
    }

    @Test(arguments: [["--help"], ["verify", "--help"], ["help", "node"], ["--version"]])
    func `help and version are no mistakes`(_ arguments: [String]) async throws {
        let outcome = try await Command(arguments).run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(!outcome.output.isEmpty)
        #expect(outcome.errors.isEmpty, "\(outcome)")
    }
}
