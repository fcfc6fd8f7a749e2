/// One document of a merge box: who provides it, and each field's values by precedence.
struct MergedDocument: Sendable {
    /// One subscription's value of a field.
    private struct Claim {
        var subscription: Int
        var value: JSONValue
    }

    private struct Field {
        var name: String
        /// By precedence; never empty.
        var claims: [Claim]
    }

    var publishers: Set<Int> = []
    private var fields: [Field] = []

    var fieldNames: [String] { fields.map(\.name) }

    /// The document as the client sees it.
    var shown: JSONObject {
        JSONObject(
            members: fields.compactMap { field in
                field.claims.first.map { JSONObject.Member(name: field.name, value: $0.value) }
            })
    }

    /// Sets fields of one subscription; returns those whose shown value changed.
    mutating func set(_ values: JSONObject, by subscription: Int) -> JSONObject {
        var shown: [JSONObject.Member] = []
        for member in values.normalized {
            guard let index = fields.firstIndex(where: { ExactString.isEqual($0.name, member.name) }) else {
                fields.append(
                    .init(name: member.name, claims: [.init(subscription: subscription, value: member.value)]))
                shown.append(member)
                continue
            }
            guard let claim = fields[index].claims.firstIndex(where: { $0.subscription == subscription }) else {
                fields[index].claims.append(.init(subscription: subscription, value: member.value))
                continue
            }
            if claim == 0, !fields[index].claims[claim].value.isEquivalent(to: member.value) { shown.append(member) }
            fields[index].claims[claim].value = member.value
        }
        return JSONObject(members: shown)
    }

    /// Takes fields of one subscription back; returns those that nobody else provides.
    mutating func clear(
        _ names: [String], by subscription: Int, revealing shown: inout JSONObject
    ) -> [String] {
        var gone: [String] = []
        for name in names {
            guard let index = fields.firstIndex(where: { ExactString.isEqual($0.name, name) }),
                let claim = fields[index].claims.firstIndex(where: { $0.subscription == subscription })
            else { continue }
            let old = fields[index].claims.remove(at: claim)
            guard let next = fields[index].claims.first else {
                fields.remove(at: index)
                gone.append(name)
                continue
            }
            if claim == 0, !next.value.isEquivalent(to: old.value) {
                shown.members.append(.init(name: name, value: next.value))
            }
        }
        return gone
    }
}
