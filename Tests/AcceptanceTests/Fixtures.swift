import Foundation
import TestSupport

/// The files under `fixtures/`.
enum Fixtures {
    /// Committed verdicts of a variant by case id, where they are not what its claims promise; none without a file.
    static func verdicts(_ name: String) throws -> [String: String] {
        let file = Checkout.fixture("verdicts/\(name).json")
        guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
        return try JSONDecoder().decode([String: String].self, from: try Data(contentsOf: file))
    }

    /// For each mutant that fails other cases than its own, their committed verdicts by case id, where they are not those
    /// of the reference proxy itself.
    static func mutantVerdicts() throws -> [String: [String: String]] {
        let text = try String(contentsOf: Checkout.fixture("mutants.csv"), encoding: .utf8)
        var verdicts: [String: [String: String]] = [:]
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            verdicts[fields[0], default: [:]][fields[1]] = fields[2]
        }
        return verdicts
    }
}
