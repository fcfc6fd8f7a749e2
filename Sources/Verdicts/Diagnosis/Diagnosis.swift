package import Claims
package import History

/// What a whole run says: the few things that are wrong, each once, with the line to change.
package struct Diagnosis: Sendable, Hashable {
    /// The causes, most fundamental first.
    package var causes: [Cause]
    /// The cause with which each case falls, by the place in `causes`.
    package var causeOfCase: [String: Int]

    /// Concludes from the results and histories of a run.
    ///
    /// - Parameters:
    ///   - results: the verdicts.
    ///   - histories: what they were concluded from, by case.
    ///   - claims: what the balancer claims, with the lines to change.
    package init(results: [CaseResult], histories: [String: RunHistory], claims: ClaimSheet) {
        var groups: [Group] = []
        var groupOfCase: [String: Group.Key] = [:]
        func join(_ key: Group.Key, _ body: (inout Group) -> Void) {
            let place = groups.firstIndex { $0.key == key } ?? groups.count
            if place == groups.count { groups.append(Group(key: key)) }
            body(&groups[place])
        }
        for result in results where !result.findings.isEmpty && result.verdict.isViolation {
            let id = result.description.id
            let signs =
                histories[id].map {
                    Sign.all(in: $0.view.phase(RunPhase.balancer).ownEvents, words: claims.sayings)
                } ?? []
            for sign in signs {
                let remedy = sign.remedy ?? claims.remedy(for: sign.kind, code: nil)
                join(Group.Key(kind: sign.kind, remedy: remedy)) { $0.signs.append(sign) }
            }
            var keys: [Group.Key] = []
            for finding in result.findings {
                let key = Self.key(of: finding, in: result.description, signs, claims)
                // Of several findings of one kind the first tells what to change.
                if keys.contains(where: { $0.kind == key.kind }) { continue }
                keys.append(key)
                join(key) { $0.codes.insert(finding.code) }
                join(key) { if $0.finding == nil || result.verdict == .fail { $0.finding = $0.finding ?? finding } }
            }
            guard let first = keys.min(by: { $0.kind < $1.kind }) else { continue }
            groupOfCase[id] = first
            join(first) { $0.cases.append(id) }
        }
        Self.fold(&groups, &groupOfCase)
        groups = groups.enumerated().sorted { ($0.element.key.kind, $0.offset) < ($1.element.key.kind, $1.offset) }
            .map(\.element)
        // What only shows in cases that fall with something more fundamental may follow from that.
        groups.removeAll { $0.cases.isEmpty && !$0.key.kind.standsAlone }
        causes = groups.map(\.cause)
        causeOfCase = groupOfCase.compactMapValues { key in groups.firstIndex { $0.key == key } }
    }

    /// What follows from something else that the run shows is not told beside it.
    private static func fold(_ groups: inout [Group], _ groupOfCase: inout [String: Group.Key]) {
        for group in groups where group.signs.isEmpty && !group.cases.isEmpty {
            let deeper = groups.first { other in
                !other.cases.isEmpty && other.key != group.key
                    && (group.codes.allSatisfy { $0.followsFrom == other.key.kind }
                        || group.key.isOneFailover(with: other.key))
            }
            guard let deeper, let from = groups.firstIndex(where: { $0.key == group.key }),
                let to = groups.firstIndex(where: { $0.key == deeper.key })
            else { continue }
            for id in groups[from].cases { groupOfCase[id] = deeper.key }
            groups[to].cases += groups[from].cases
            groups[from].cases = []
        }
    }

    /// The results, each with the cause with which it falls and the line to change.
    package func attributed(_ results: [CaseResult]) -> [CaseResult] {
        results.map { result in
            guard let place = causeOfCase[result.description.id] else { return result }
            var result = result
            result.causedBy = causes[place].kind
            result.remedy = causes[place].remedy
            return result
        }
    }

    /// The cause a finding speaks for: what its code says for certain, unless its request was not even let through;
    /// else the most fundamental sign in its case.
    private static func key(
        of finding: Finding, in description: CaseDescription, _ signs: [Sign], _ claims: ClaimSheet
    ) -> Group.Key {
        let (kind, isCertain) = (finding.code.cause, finding.code.isCertain)
        let first = signs.min { $0.kind < $1.kind }
        let own = signs.first { $0.kind == kind }
        if let first, first.kind < .path || own == nil && (!isCertain || first.kind == .path) {
            return Group.Key(kind: first.kind, remedy: first.remedy ?? claims.remedy(for: first.kind, code: nil))
        }
        let remedy = own?.remedy ?? claims.remedy(for: kind, code: finding.code)
        return Group.Key(kind: kind, remedy: remedy ?? (kind == .unexplained ? claims.remedy(for: description) : nil))
    }

    private struct Group {
        /// One line to change is one cause.
        struct Key: Hashable {
            var kind: CauseKind
            var remedy: String?

            /// Whether a balancer that keeps to a bad node, and clients who don't get to another one, are to be cured by
            /// the same line.
            func isOneFailover(with other: Key) -> Bool {
                kind == .failover && other.kind == .healthView && remedy != nil && remedy == other.remedy
            }
        }

        var key: Key
        var signs: [Sign] = []
        var finding: Finding?
        var codes: Set<FindingCode> = []
        var cases: [String] = []

        var cause: Cause {
            let said = signs.first(where: \.isSaid)
            let seen = signs.first { !$0.isSaid }
            return Cause(
                kind: key.kind, message: seen?.message ?? finding?.message ?? said?.message ?? key.kind.rawValue,
                evidence: (said?.evidence ?? []) + (seen?.evidence ?? finding?.evidence ?? []), remedy: key.remedy,
                cases: cases)
        }
    }
}

extension CauseKind {
    /// Whether it is worth telling even where every case falls with something more fundamental.
    fileprivate var standsAlone: Bool {
        switch self {
        case .process, .limitDescriptors, .limitConnections, .healthView: true
        default: false
        }
    }
}

extension Verdict {
    /// Whether it is one with which a balancer is blamed for something.
    public var isViolation: Bool { self == .fail || self == .warning || self == .info }
}
