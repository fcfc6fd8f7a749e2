import Conformance
import Verdicts

/// The cases that a run can choose from: those of the catalogue, and after them the user's own.
struct CaseChoice: Sendable {
    /// The catalogue alone.
    static let catalogue = CaseChoice(all: CaseCatalog.all)

    /// All, in the order in which they are reported.
    let all: [ConformanceCase]

    private init(all: [ConformanceCase]) { self.all = all }

    /// The catalogue and these.
    init(ownCases: [ConformanceCase]) throws(VerificationError) {
        var ids = Set(CaseCatalog.all.map(\.description.id))
        for one in ownCases.map(\.description) {
            guard one.id.wholeMatch(of: /[a-z0-9-]+\/[a-z0-9-]+/) != nil else {
                throw .usage(
                    "\(one.id.debugDescription) is no id of a case; write area/slug in lower-case letters, digits and "
                        + "hyphens, such as shop/visitor-stays")
            }
            guard !one.findings.isEmpty else {
                throw .usage("the case \(one.id) declares no finding, so it can't fail; name what its judge can raise")
            }
            guard ids.insert(one.id).inserted else {
                let other =
                    CaseCatalog.named(one.id) == nil ? "another of your cases has" : "a case of the catalogue has"
                throw .usage("\(other) the id \(one.id) too; give yours one of its own")
            }
        }
        all = CaseCatalog.all + ownCases.map(\.heldToItsDeclaration)
    }

    /// The case of this id.
    func named(_ id: String) -> ConformanceCase? { all.first { $0.description.id == id } }

    /// The cases that any of these patterns picks, all without a pattern, less those that one of `skipped` picks.
    func selected(
        _ patterns: [String], without skipped: [String] = []
    ) throws(VerificationError) -> [ConformanceCase] {
        for pattern in patterns + skipped {
            guard all.contains(where: { CasePattern(text: pattern).matches($0.description.id) }) else {
                throw .usage(
                    "no case matches \"\(pattern)\"; `stickler cases` lists them, for example "
                        + "\(all[0].description.id) or failover/*")
            }
        }
        func picks(_ patterns: [String], _ one: ConformanceCase) -> Bool {
            patterns.contains { CasePattern(text: $0).matches(one.description.id) }
        }
        let selected = all.filter { (patterns.isEmpty || picks(patterns, $0)) && !picks(skipped, $0) }
        guard !selected.isEmpty else {
            throw .usage("no case is left to run: --skip leaves out all that --case asks for")
        }
        return selected
    }
}

extension ConformanceCase {
    /// The same case, whose findings say so where their codes are not declared: what was seen counts all the same.
    fileprivate var heldToItsDeclaration: ConformanceCase {
        ConformanceCase(description, workload: workload) { [judge, declared = Set(description.findings)] history in
            var judgement = judge(history)
            for index in judgement.findings.indices where !declared.contains(judgement.findings[index].code) {
                judgement.findings[index].message +=
                    " (\(judgement.findings[index].code.rawValue) is not among the findings that the case declares)"
            }
            return judgement
        }
    }
}
