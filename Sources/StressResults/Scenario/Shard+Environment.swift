extension Shard {
    /// The variables by which an engine that starts copies of a program tells each which one it is.
    private struct Engine {
        var name: String
        var index: String
        /// The number of the first copy; in a variable where the user chooses it.
        var first: First
        /// How many copies there are, where the engine tells.
        var count: String?

        enum First {
            case number(Int)
            case variable(String)
        }
    }

    private static let engines = [
        Engine(
            name: "Slurm", index: "SLURM_ARRAY_TASK_ID", first: .variable("SLURM_ARRAY_TASK_MIN"),
            count: "SLURM_ARRAY_TASK_COUNT"),
        Engine(
            name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", first: .number(0),
            count: "AWS_BATCH_JOB_ARRAY_SIZE"),
        Engine(name: "a Kubernetes Indexed Job", index: "JOB_COMPLETION_INDEX", first: .number(0)),
        Engine(name: "Nomad", index: "NOMAD_ALLOC_INDEX", first: .number(0)),
        Engine(name: "GNU parallel", index: "PARALLEL_SEQ", first: .number(1)),
    ]

    /// Reads `K/N`; or `auto`, and `auto/N` where the engine does not tell how many there are, which take K from the
    /// variables of Slurm, AWS Batch, Kubernetes Indexed Jobs, Nomad or GNU parallel.
    public init(_ text: String, environment: [String: String]) throws(ScenarioError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.first == "auto" else {
            try self.init(text)
            return
        }
        guard let engine = Self.engines.first(where: { environment[$0.index] != nil }) else {
            let names = Self.engines.map { "\($0.index) (\($0.name))" }.joined(separator: ", ")
            throw ScenarioError("--shard auto needs one of the variables \(names); none is set")
        }
        func number(_ variable: String) throws(ScenarioError) -> Int {
            let value = environment[variable] ?? ""
            guard let number = Int(value), (0...1_000_000).contains(number) else {
                throw ScenarioError(expected: "a whole number", of: "the variable \(variable)", got: value)
            }
            return number
        }
        let first =
            switch engine.first {
            case .number(let number): number
            case .variable(let variable): environment[variable] == nil ? 0 : try number(variable)
            }
        let count: String
        if parts.count == 2 {
            count = String(parts[1])
        } else if let variable = engine.count, environment[variable] != nil {
            count = String(try number(variable))
        } else {
            throw ScenarioError("\(engine.name) does not say how many shards there are: write --shard auto/N")
        }
        try self.init("\(try number(engine.index) - first + 1)/\(count)")
    }
}
