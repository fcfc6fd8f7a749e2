import Foundation
import TestSupport

/// What real and emulated clients have in common, a line a cell.
struct AgreementTable {
    private static let header = [
        "situation", "allowed", "opened", "given up", "close code", "echoed", "least ms to open",
    ]

    private var lines: [(fields: [String], browser: Int?, emulated: Int?)] = []

    /// Adds a cell with the milliseconds that each client took to open.
    mutating func append(_ cell: AgreementCell, _ outcome: AgreementOutcome, browser: Int?, emulated: Int?) {
        let fields = [cell.situation.rawValue, cell.allowed.description] + outcome.fields
        lines.append((fields, browser, emulated))
    }

    /// All but what was measured.
    var csv: String {
        ([Self.header] + lines.map(\.fields))
            .map { $0.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n" }.joined()
    }

    /// For people, with what was measured.
    var text: String {
        let rows =
            [Self.header + ["browser ms", "emulated ms"]]
            + lines.map { $0.fields + [$0.browser, $0.emulated].map { $0.map(String.init) ?? "-" } }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// The table in `fixtures/`.
    static func committed() throws -> String {
        let file = Checkout.root
            .appendingPathComponent("fixtures/sockjs/agreement.csv")
        return try String(contentsOf: file, encoding: .utf8)
    }
}
