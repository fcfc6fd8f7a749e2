import Testing

@testable import StressResults

@Suite struct ShardTests {
    @Test(arguments: [1, 2, 3, 7, 64], [1, 10, 64, 1_000])
    func `the shards of a scenario have each client once`(count: Int, clients: Int) throws {
        let parts = try (1...count).map { try Shard("\($0)/\(count)").clients(of: clients) }
        #expect(parts.flatMap(Array.init) == Array(0..<clients))
        #expect((parts.map(\.count).max() ?? 0) - (parts.map(\.count).min() ?? 0) <= 1)
    }

    static let variables: [(text: String, environment: [String: String], shard: String)] = [
        ("2/4", ["JOB_COMPLETION_INDEX": "0"], "2/4"),
        ("auto/4", ["JOB_COMPLETION_INDEX": "0"], "1/4"),
        ("auto", ["SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "4"], "3/4"),
        ("auto", ["AWS_BATCH_JOB_ARRAY_INDEX": "3", "AWS_BATCH_JOB_ARRAY_SIZE": "4"], "4/4"),
        ("auto/2", ["NOMAD_ALLOC_INDEX": "1"], "2/2"),
        ("auto/2", ["PARALLEL_SEQ": "1"], "1/2"),
    ]

    @Test(arguments: variables)
    func `a shard is read from the variables of the engine that started it`(
        text: String, environment: [String: String], shard: String
    ) throws {
        #expect(try Shard(text, environment: environment).description == shard)
    }

    static let wrong: [(text: String, environment: [String: String], words: String)] = [
        ("auto", [:], "none is set"), ("auto", ["JOB_COMPLETION_INDEX": "0"], "auto/N"),
        ("auto/2", ["JOB_COMPLETION_INDEX": "2"], "K from 1 to N"), ("auto/2", ["PARALLEL_SEQ": "x"], "PARALLEL_SEQ"),
        ("0/2", [:], "K from 1 to N"), ("3/2", [:], "K from 1 to N"), ("1", [:], "K/N"), ("1/0", [:], "K/N"),
    ]

    @Test(arguments: wrong)
    func `what names no shard is refused with what was expected`(
        text: String, environment: [String: String], words: String
    ) {
        let error = #expect(throws: ScenarioError.self) { try Shard(text, environment: environment) }
        #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "")")
    }
}
