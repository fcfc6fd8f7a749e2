import Foundation
import Testing

@Suite struct `The fuzz corpus` {
    @Test(arguments: FuzzTarget.allCases)
    func `is handled`(target: FuzzTarget) throws {
        let inputs = try FileManager.default.contentsOfDirectory(
            at: Fixture.folder("fuzz/\(target.rawValue)"), includingPropertiesForKeys: nil)
        #expect(inputs.count > 10)
        for input in inputs {
            // A trap names no file: with a failing replay, this is the place to print it.
            try Array(Data(contentsOf: input)).withUnsafeBufferPointer(target.run)
        }
    }
}
