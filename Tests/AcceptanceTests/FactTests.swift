import Balancers
import Conformance
import Foundation
import Stickler
import TestSupport
import Testing

/// `fixtures/facts.csv`: what was measured of balancers by hand, and which case finds it by itself with which finding on
/// which variant, or why none can. ``VerdictTests`` sees that the committed verdicts are what the balancers get.
struct FactTests {
    struct Fact: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var balancer: String
        var variant: String
        var id: String
        var verdict: String
        var finding: String
        var why: String
    }

    static func all() throws -> [Fact] {
        let text = try String(contentsOf: Checkout.fixture("facts.csv"), encoding: .utf8)
        return try text.split(separator: "\n").dropFirst().map { line in
            let fields = Self.fields(of: line)
            try #require(fields.count == 7, "\(line)")
            return Fact(
                testDescription: fields[0], balancer: fields[1], variant: fields[2], id: fields[3], verdict: fields[4],
                finding: fields[5], why: fields[6])
        }
    }

    /// A field with a comma stands in quotes.
    private static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }

    @Test(arguments: try all())
    func `what was measured by hand is found by a case, or it is said why not`(_ fact: Fact) throws {
        guard !fact.balancer.isEmpty else {
            #expect(!fact.why.isEmpty)
            return
        }
        let shipped = try ShippedVariant.all().first {
            $0.manifest.name == fact.balancer && $0.variant.name == fact.variant
        }
        let variant = try #require(shipped, "no such variant ships")
        let one = try #require(CaseList.all.first { $0.id == fact.id }, "there is no such case")
        #expect(fact.finding.isEmpty || one.findings.contains { $0.rawValue == fact.finding })
        let claims = try variant.manifest.claims(of: variant.variant)
        let others = try Fixtures.verdicts("\(fact.balancer)-\(fact.variant)")
        if fact.verdict == "forced" {
            // Another test forces the cases whose first feature a correct variant leaves out, and sees them fail.
            #expect(claims.omissions[one.features[0]] != nil && variant.variant.isCorrect)
        } else {
            let promised = claims.objection(to: one) == nil ? "pass" : "unsupported"
            #expect(others[fact.id] ?? promised == fact.verdict)
        }
    }
}
