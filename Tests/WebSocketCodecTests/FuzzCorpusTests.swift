import Foundation
import Testing

@Suite("Fuzz corpus")
struct FuzzCorpusTests {
    static func inputs(of target: FuzzTarget) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: Fixtures.root.appendingPathComponent("fixtures/fuzz/\(target.rawValue)"),
            includingPropertiesForKeys: nil)
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
}
