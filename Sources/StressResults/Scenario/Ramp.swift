/// Over what time clients arrive: evenly, `30s`, or in groups that come all at once, `30s in 3 steps`.
public struct Ramp: Sendable, Hashable, CustomStringConvertible {
    /// Most groups.
    public static let stepLimit = 100_000

    /// How long it takes; behind it all are there.
    public var length: Duration
    /// How many groups there are; nil for one client after the other.
    public var steps: Int?

    /// A ramp.
    public init(_ length: Duration, steps: Int? = nil) {
        self.length = length
        self.steps = steps.map { min(max(1, $0), Self.stepLimit) }
    }

    /// Reads either form.
    public init(_ text: String) throws(ScenarioError) {
        let words = text.split(separator: " ")
        let steps = words.count == 4 && words[1] == "in" && words[3] == "steps" ? Int(words[2]) : nil
        guard let length = words.first.flatMap({ TimeText.parse($0) }), words.count == 1 || steps != nil,
            (1...Self.stepLimit).contains(steps ?? 1)
        else {
            throw ScenarioError(
                expected: "\(TimeText.forms), or groups such as \"30s in 3 steps\"", of: "the ramp", got: text)
        }
        self.init(length, steps: steps)
    }

    /// As it is read.
    public var description: String {
        TimeText.text(length) + (steps.map { " in \($0) steps" } ?? "")
    }

    /// When the client of this number, from 0, arrives among so many: the first group at once, each further one as long
    /// behind the one before.
    package func arrival(of client: Int, among clients: Int) -> Duration {
        guard let steps else { return length * Double(client) / Double(clients) }
        return length * Double(client * steps / clients) / Double(steps)
    }
}
