import ArgumentParser
import Foundation
import Stickler

struct Stress: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a balancer under the load of thousands of clients, and judge each of them.",
        discussion: """
            Without --balancer or --url the reference proxy is put under load, in front of three nodes.

            Exit codes, the first that applies: 2 wrong usage, 3 the target can't be reached or did not start, \
            130 interrupted by a signal, 1 a rule is violated or a threshold missed, 4 no message came back, 0.
            """)

    @Option(help: "Start this balancer in front of three nodes of ours; one of harness/balancers.")
    var balancer: String?

    @Option(
        help: ArgumentHelp(
            "The balancer's configuration: a variant of its manifest, or, with a / in it, a template of your own.",
            valueName: "file|variant"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Put the balancer under load that runs at this URL.", valueName: "http://host:port"))
    var url: String?

    @Option(help: ArgumentHelp("Control address of a node behind --url; once for each node.", valueName: "host:port"))
    var node: [String] = []

    @Option(
        help: ArgumentHelp("The token file that the nodes behind --url were started with.", valueName: "file"))
    var tokenFile: String?

    @OptionGroup(title: "The site") var site: SiteOptions

    @Option(help: "Break the one thing in the reference proxy that this mutant breaks.")
    var mutant: String?

    @OptionGroup(title: "The scenario") var options: ScenarioOptions

    func run() async throws {
        let scenario = try options.scenario()
        let run = try StressRun(
            target, scenario, shard: try options.shard(), access: try site.access(),
            program: "/proc/self/exe".resolvingLink, rawPath: options.rawPath)
        Terminal.say(run.announcement)
        let outcome = try await Interruption().cancels {
            try await run.run { seen in
                let second = seen.second
                Terminal.output.print(
                    "\(second.at) s  open \(second.clients.open) connecting \(second.clients.connecting) waiting \(second.clients.waiting)  \(second.answered) msg/s  p50 \(second.median ?? 0) p99 \(second.p99 ?? 0) max \(second.longest ?? 0) ms  violations \(seen.counts.allViolations) \(seen.faults)"
                )
            }
        }
        Terminal.say("\(outcome.result.counts)")
        for sample in outcome.result.samples {
            Terminal.say("\(sample.code): \(sample.message)\n    " + sample.evidence.joined(separator: "\n    "))
        }
        throw ExitCode(outcome.conclusion.rawValue)
    }

    private var target: VerificationTarget {
        get throws {
            switch (balancer, url, mutant) {
            case (nil, nil, let mutant): return .reference(mutant: mutant)
            case (let balancer?, nil, nil): return .balancer(balancer, config: config)
            case (nil, let url?, nil): return .url(url, controls: node, tokenFile: tokenFile)
            default: throw VerificationError.usage("give one of --balancer, --url and --mutant, not several")
            }
        }
    }
}

extension String {
    /// Where the link of this path leads; nil if it is none.
    fileprivate var resolvingLink: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: self) }
}
