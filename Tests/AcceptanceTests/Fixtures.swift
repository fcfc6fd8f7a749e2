import Foundation

/// The files under `fixtures/`.
enum Fixtures {
    static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("fixtures")

    /// Committed verdicts of a target, by case id.
    static func verdicts(_ name: String) throws -> [String: String] {
        let data = try Data(contentsOf: directory.appendingPathComponent("verdicts/\(name).json"))
        return try JSONDecoder().decode([String: String].self, from: data)
    }

    /// The committed matrix: for each mutant the verdict of each case.
    static func mutantMatrix() throws -> [String: [String: String]] {
        let text = try String(contentsOf: directory.appendingPathComponent("mutants.csv"), encoding: .utf8)
        var lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let cases = lines.removeFirst().dropFirst()
        return Dictionary(
            uniqueKeysWithValues: lines.map { row in
                (row[0], Dictionary(uniqueKeysWithValues: zip(cases, row.dropFirst())))
            })
    }
}
