import Foundation
import TestSupport
import Testing

@Suite("Fuzz corpus")
struct FuzzCorpusTests {
    static func inputs(of target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: Checkout.fixture("fuzz/\(target.rawValue)"),
            includingPropertiesForKeys: nil)
    }

    /// What raised the coverage, a line of Base64 for each (`harness/fuzz/run TARGET --keep`).
    static func learnt(of target: FuzzTarget) throws -> [Data] {
        let file = Checkout.fixture("fuzz/\(target.rawValue).learnt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            try #require(Data(base64Encoded: String(line)), "a line of \(file.lastPathComponent) is not Base64")
        }
    }

    @Test("every input found by fuzzing is handled", arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        let inputs = try Self.inputs(of: target)
        #expect(inputs.count > 5, "the corpus of \(target) is in fixtures/fuzz")
        for input in inputs {
            // A trap names no file: with a failing replay, this is the place to print it.
            let bytes = try Array(Data(contentsOf: input))
            bytes.withUnsafeBufferPointer(target.run)
        }
    }

    @Test("every input that raised the coverage is handled", arguments: FuzzTarget.allCases)
    func replayLearnt(target: FuzzTarget) throws {
        let inputs = try Self.learnt(of: target)
        #expect(inputs.count > 100)
        for input in inputs { Array(input).withUnsafeBufferPointer(target.run) }
    }
}
