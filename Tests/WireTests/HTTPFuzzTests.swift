import Foundation
import TestSupport
import Testing

@Suite struct `Inputs of fuzzing HTTP` {
    private static let folder = Checkout.fixture("fuzz")

    @Test(arguments: HTTPFuzzTarget.allCases)
    func `that were written or found are handled`(target: HTTPFuzzTarget) throws {
        let folder = Self.folder.appending(path: target.rawValue)
        let inputs = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(inputs.count > 2)
        for input in inputs { Array(try Data(contentsOf: input)).withUnsafeBufferPointer(target.run) }
    }

    /// A line of Base64 for each.
    @Test(arguments: HTTPFuzzTarget.allCases)
    func `that reached new code are handled`(target: HTTPFuzzTarget) throws {
        let file = Self.folder.appending(path: "\(target.rawValue).learnt")
        let inputs = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(inputs.count > 50)
        for line in inputs {
            let input = try #require(
                Data(base64Encoded: String(line)), "a line of \(file.lastPathComponent) is no Base64")
            Array(input).withUnsafeBufferPointer(target.run)
        }
    }
}
