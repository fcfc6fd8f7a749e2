import Claims
import Foundation
import History
import TestSupport
import Testing
import Verdicts

@testable import Conformance

/// A case with the good history of it that is kept in `fixtures/histories/cases`.
struct RecordedCase: Sendable {
    /// The case.
    var one: ConformanceCase
    /// Its run against the reference proxy.
    var history: RunHistory
    /// What that is held to.
    var claims: ClaimSheet

    /// A history that is not there or can't be read, with what to do.
    struct Unreadable: Error, CustomStringConvertible {
        var id: String
        var reason: String
        var description: String { "record it with harness/histories \(id): \(reason)" }
    }

    /// The one of this id.
    static func named(_ id: String) throws -> RecordedCase {
        let one = try #require(CaseCatalog.named(id))
        switch files[id] {
        case .success(let file):
            guard let history = file.runs[id] else { throw Unreadable(id: id, reason: "its file holds another case") }
            return RecordedCase(one: one, history: history, claims: file.header.claims)
        case .failure(let error): throw Unreadable(id: id, reason: "\(error)")
        case nil: throw Unreadable(id: id, reason: "the catalogue does not have it")
        }
    }

    /// The whole result of the case, were this its history.
    func result(of history: RunHistory) -> CaseResult {
        CaseJudge(description: one.description, judge: one.judge).result(ofRecorded: history, claims: claims)
    }

    /// The verdict on the good history: one case has no meaning where affinity goes by a cookie, as the reference's does.
    var goodVerdict: Verdict { one.description.id == "stickiness/first-requests" ? .unsupported : .pass }

    /// Where the histories are.
    static let folder = Checkout.fixture("histories/cases")

    /// Name of the file of a case.
    static func name(of id: String) -> String { "\(id.replacing("/", with: "-")).jsonl" }

    /// Each file by its case, read once for all tests.
    private static let files = Dictionary(
        uniqueKeysWithValues: CaseCatalog.all.map(\.description.id).map { id in
            (id, Result { try HistoryFile(jsonLines: Data(contentsOf: folder.appendingPathComponent(name(of: id)))) })
        })
}
