import Balancers
import Foundation
public import StressResults

/// A scenario as people write it, on a command line or in a file: what is left out comes from elsewhere, or is usual.
public struct ScenarioText: Sendable, Hashable {
    /// How many clients there are.
    public var clients: Int?
    /// Over what time they arrive, as ``Ramp`` reads it.
    public var ramp: String?
    /// How long the run lasts behind the ramp.
    public var duration: String?
    /// How many messages each client sends.
    public var messages: Int?
    /// When clients send, as ``Arrival`` reads it.
    public var arrival: String?
    /// In place of `arrival`: how many messages a second each client sends, whether answers come or not.
    public var rate: Double?
    /// What carries their sessions, as ``TransportMix`` reads it.
    public var mix: String?
    /// What they say: `echo` or `ddp`.
    public var application: String?
    /// How long they think, as ``ThinkTime`` reads it.
    public var think: String?
    /// How long their messages are, as ``MessageSize`` reads it.
    public var size: String?
    /// Whether upgrades offer permessage-deflate.
    public var deflate: Bool?
    /// What breaks meanwhile, each as ``ScheduledFault`` reads it.
    public var faults: [String] = []
    /// What must hold at the end, each as ``Threshold`` reads it.
    public var thresholds: [String] = []
    /// Seed of all that is drawn.
    public var seed: UInt64?

    /// A scenario of which nothing is said.
    public init() {}

    /// What takes the place of this where it says something; a list takes the place of a list.
    public func replaced(by other: ScenarioText) -> ScenarioText {
        var text = self
        text.clients = other.clients ?? clients
        text.ramp = other.ramp ?? ramp
        text.duration = other.duration ?? duration
        text.messages = other.messages ?? messages
        if other.arrival != nil || other.rate != nil { (text.arrival, text.rate) = (other.arrival, other.rate) }
        text.mix = other.mix ?? mix
        text.application = other.application ?? application
        text.think = other.think ?? think
        text.size = other.size ?? size
        text.deflate = other.deflate ?? deflate
        if !other.faults.isEmpty { text.faults = other.faults }
        if !other.thresholds.isEmpty { text.thresholds = other.thresholds }
        text.seed = other.seed ?? seed
        return text
    }

    /// The scenario that it says.
    ///
    /// - Throws: ``ScenarioError`` where a part can't be read, no clients are given, or `rate` stands beside `arrival`.
    public func scenario() throws(ScenarioError) -> StressScenario {
        guard let clients else {
            throw ScenarioError(missing: "how many clients there are: --clients, or clients: in the scenario's file")
        }
        return try scenario(of: clients)
    }

    private func scenario(of clients: Int) throws(ScenarioError) -> StressScenario {
        var scenario = StressScenario(clients: clients)
        if let ramp { scenario.ramp = try Ramp(ramp) }
        if let duration { scenario.duration = try ScenarioTime(duration, of: "the duration").duration }
        scenario.messages = messages
        if let arrival { scenario.arrival = try Arrival(arrival) }
        if let rate {
            guard arrival == nil else { throw ScenarioError(contradiction: "the rate", and: "the arrival") }
            scenario.arrival = .open(try LoadProfile(perClient: rate, clients: clients))
        }
        if let mix { scenario.mix = try TransportMix(mix) }
        if let application { scenario.application = try StressScenario.Application(name: application) }
        if let think { scenario.think = try ThinkTime(think) }
        if let size { scenario.size = try MessageSize(size) }
        scenario.offersDeflate = deflate ?? false
        for fault in faults { scenario.faults.append(try ScheduledFault(fault)) }
        for threshold in thresholds { scenario.thresholds.append(try Threshold(threshold)) }
        if let seed { scenario.seed = seed }
        return scenario
    }
}

extension ScenarioText {
    /// Longest file that is read, in bytes.
    private static let byteLimit = 1 << 20

    /// Reads a file in YAML whose keys are the names of the properties, such as `clients: 500`; `faults` and `thresholds`
    /// are lists.
    ///
    /// - Throws: ``VerificationError/usage(_:)`` that names the file, and the line and the key where it is one.
    public init(file path: String) throws(VerificationError) {
        let yaml = try Self.contents(of: path)
        do throws(ManifestError) {
            try self.init(file: path, yaml: yaml)
        } catch {
            throw .usage("\(error)")
        }
        do throws(ScenarioError) {
            // The clients may be said elsewhere.
            _ = try scenario(of: clients ?? 1)
        } catch {
            throw .usage("\(path): \(error)")
        }
    }

    init(file: String, yaml: String) throws(ManifestError) {
        self.init()
        var reader = try ManifestReader(file: file, yaml: yaml, example: "write \"clients: 500\" and \"duration: 1m\"")
        clients = try Self.number("clients", &reader)
        ramp = try reader.optionalText("ramp")
        duration = try reader.optionalText("duration")
        messages = try Self.number("messages", &reader)
        arrival = try reader.optionalText("arrival")
        rate = try Self.number("rate", &reader)
        mix = try reader.optionalText("mix")
        application = try reader.optionalText("application")
        think = try reader.optionalText("think")
        size = try reader.optionalText("size")
        deflate = try Self.flag("deflate", &reader)
        faults = try reader.texts("faults", required: false)
        thresholds = try reader.texts("thresholds", required: false)
        seed = try Self.number("seed", &reader)
        try reader.finish()
    }

    private static func number<Number: LosslessStringConvertible>(
        _ key: String, _ reader: inout ManifestReader
    ) throws(ManifestError) -> Number? {
        guard let text = try reader.optionalText(key) else { return nil }
        guard let number = Number(text) else {
            throw reader.error(key, "is \"\(text.prefix(64))\"", remedy: "write a number")
        }
        return number
    }

    private static func flag(_ key: String, _ reader: inout ManifestReader) throws(ManifestError) -> Bool? {
        guard let text = try reader.optionalText(key) else { return nil }
        guard let flag = Bool(text) else {
            throw reader.error(key, "is \"\(text.prefix(64))\"", remedy: "write true or false")
        }
        return flag
    }

    private static func contents(of path: String) throws(VerificationError) -> String {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // Read up to the limit: what is named may have no end.
            let data = try file.read(upToCount: byteLimit + 1) ?? Data()
            guard data.count <= byteLimit else {
                throw VerificationError.usage("\(path) is longer than the \(byteLimit) bytes of a scenario")
            }
            guard let text = String(data: data, encoding: .utf8) else {
                throw VerificationError.usage("\(path) is not UTF-8")
            }
            return text
        } catch let error as VerificationError {
            throw error
        } catch {
            throw .usage("\(path) can't be read: \(FileWords.reason(error))")
        }
    }
}
