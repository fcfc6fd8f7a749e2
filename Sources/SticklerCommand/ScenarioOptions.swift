import ArgumentParser
import Foundation
import Stickler

/// What clients of a stress run do.
struct ScenarioOptions: ParsableArguments {
    @Option(help: "How many clients there are.")
    var clients: Int

    @Option(help: ArgumentHelp("Over what time they arrive.", valueName: "time"))
    var ramp = "0s"

    @Option(help: ArgumentHelp("How long the run lasts behind the ramp.", valueName: "time"))
    var duration = "30s"

    @Option(
        help: ArgumentHelp(
            "When clients send: closed, a think time after each answer; or open:RATE, so many messages a second from all "
                + "together, whether answers come or not.", valueName: "closed|open:rate"))
    var arrival = "closed"

    @Option(
        help: ArgumentHelp(
            "Which part of the clients uses which transport.", valueName: "transport=weight,…"))
    var mix = TransportMix.usual.description

    @Option(help: ArgumentHelp("What they say: echo or ddp.", valueName: "echo|ddp"))
    var application = "echo"

    @Option(
        help: ArgumentHelp(
            "How long a client thinks before its next message; with exp: drawn, with this mean.", valueName: "time"))
    var think = "1s"

    @Option(help: ArgumentHelp("Bytes of a message, or a range.", valueName: "bytes|from..to"))
    var size = "32"

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

    @Option(
        name: .customLong("shard"),
        help: ArgumentHelp(
            "Run part K of N of the clients; auto or auto/N takes K from the variables of Slurm, AWS Batch, Kubernetes "
                + "Indexed Jobs, Nomad or GNU parallel.", valueName: "k/n"))
    var shardText: String?

    @Option(help: "Seed of all that is drawn.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Path of a WebSocket that sends back what it is sent, for raw-websocket.", valueName: "path"))
    var rawPath: String?

    /// In the words of the library.
    func scenario() throws(VerificationError) -> StressScenario {
        var scenario = StressScenario(clients: clients)
        do throws(ScenarioError) {
            scenario.ramp = try ScenarioTime(ramp, of: "the ramp").duration
            scenario.duration = try ScenarioTime(duration, of: "the duration").duration
            scenario.arrival = try Arrival(arrival)
            scenario.mix = try TransportMix(mix)
            scenario.application = try StressScenario.Application(name: application)
            scenario.think = try ThinkTime(think)
            scenario.size = try MessageSize(size)
            scenario.offersDeflate = deflate
            for fault in faults { scenario.faults.append(try ScheduledFault(fault)) }
            for threshold in thresholds { scenario.thresholds.append(try Threshold(threshold)) }
            scenario.seed = seed
        } catch {
            throw .usage("\(error)")
        }
        return scenario
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
