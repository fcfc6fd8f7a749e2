import ArgumentParser
import Foundation
import Stickler

/// What clients of a stress run do.
struct ScenarioOptions: ParsableArguments {
    @Option(
        name: .customLong("scenario"),
        help: ArgumentHelp(
            "Read the options of this group from a file in YAML, such as \"clients: 500\"; those given beside it take the "
                + "place of the file's.", valueName: "file"))
    var file: String?

    @Option(help: "How many clients there are.")
    var clients: Int?

    @Option(
        help: ArgumentHelp(
            "Over what time they arrive; 30s in 3 steps lets them come in groups. (default: 0s)",
            valueName: "time [in n steps]"))
    var ramp: String?

    @Option(help: ArgumentHelp("How long the run lasts behind the ramp. (default: 30s)", valueName: "time"))
    var duration: String?

    @Option(help: ArgumentHelp("End once each client has sent so many messages.", valueName: "n"))
    var messages: Int?

    @Option(
        help: ArgumentHelp(
            "When clients send: closed, a think time after each answer; or open:RATE, so many messages a second from all "
                + "together, whether answers come or not, also in stages such as \"open:100 for 30s, 2000 over 10s, 2000 for "
                + "5s, 100\". (default: closed)", valueName: "closed|open:rate"))
    var arrival: String?

    @Option(
        help: ArgumentHelp(
            "In place of --arrival: how many messages a second each client sends, whether answers come or not.",
            valueName: "r"))
    var rate: Double?

    @Option(
        help: ArgumentHelp(
            "Which part of the clients uses which transport. (default: \(TransportMix.usual))",
            valueName: "transport=weight,…"))
    var mix: String?

    @Option(help: ArgumentHelp("What they say: echo or ddp. (default: echo)", valueName: "echo|ddp"))
    var application: String?

    @Option(
        help: ArgumentHelp(
            "How long a client thinks before its next message; with exp: drawn, with this mean. (default: 1s)",
            valueName: "time"))
    var think: String?

    @Option(help: ArgumentHelp("Bytes of a message, or a range. (default: 32)", valueName: "bytes|from..to"))
    var size: String?

    @Flag(help: "Offer permessage-deflate, as browsers do; it costs 39 to 268 KB a client.")
    var deflate = false

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "Break a node in the middle, such as \"kill n2 @20s for 10s\"; repeatable.", valueName: "fault"))
    var faults: [String] = []

    @Option(
        name: .customLong("threshold"),
        help: ArgumentHelp(
            "What must hold at the end, such as \"p99 < 50ms\"; repeatable.", valueName: "threshold"))
    var thresholds: [String] = []

    @Option(help: "Seed of all that is drawn. (default: 1)")
    var seed: UInt64?

    @Option(
        name: .customLong("shard"),
        help: ArgumentHelp(
            "Run part K of N of the clients; auto or auto/N takes K from the variables of Slurm, AWS Batch, Kubernetes "
                + "Indexed Jobs, Nomad or GNU parallel.", valueName: "k/n"))
    var shardText: String?

    @Option(
        help: ArgumentHelp(
            "Begin at that time, so that shards begin together, such as 2026-05-04T12:00:00Z; or so many seconds from 1970 "
                + "on.", valueName: "time"))
    var startAt: String?

    @Option(
        help: ArgumentHelp(
            "Path of a WebSocket that sends back what it is sent, for raw-websocket.", valueName: "path"))
    var rawPath: String?

    /// In the words of the library.
    func scenario() throws(VerificationError) -> StressScenario {
        var text = ScenarioText()
        text.clients = clients
        text.ramp = ramp
        text.duration = duration
        text.messages = messages
        text.arrival = arrival
        text.rate = rate
        text.mix = mix
        text.application = application
        text.think = think
        text.size = size
        if deflate { text.deflate = true }
        text.faults = faults
        text.thresholds = thresholds
        text.seed = seed
        let base = try file.map { path throws(VerificationError) in try ScenarioText(file: path) } ?? ScenarioText()
        do throws(ScenarioError) {
            return try base.replaced(by: text).scenario()
        } catch {
            throw .usage("\(error)")
        }
    }

    /// When to begin; nil for at once.
    func beginning() throws(VerificationError) -> Date? {
        guard let startAt else { return nil }
        if let seconds = Double(startAt), seconds.isFinite { return Date(timeIntervalSince1970: seconds) }
        let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        guard let date = styles.lazy.compactMap({ try? $0.parse(startAt) }).first else {
            throw .usage(
                "expected a time such as 2026-05-04T12:00:00Z for --start-at, or seconds from 1970 on, got "
                    + "\"\(startAt.prefix(64))\"")
        }
        return date
    }

    /// Which of the clients are ours.
    func shard() throws(VerificationError) -> Shard {
        do throws(ScenarioError) {
            return try shardText.map { text throws(ScenarioError) in
                try Shard(text, environment: ProcessInfo.processInfo.environment)
            } ?? .whole
        } catch {
            throw .usage("\(error)")
        }
    }
}
