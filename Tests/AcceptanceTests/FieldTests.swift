import Balancers
import Foundation
import Stickler
import TestSupport
import Testing

/// Faults that people really had: each wrong configuration ends with its cause and a remedy, each cured one passes.
@Suite(.serialized, .tags(.slow))
struct FieldTests {
    @Test(arguments: try FieldFault.all().filter { $0.wrongExit != "-" })
    func `a wrong configuration ends with the cause and the line to change`(_ fault: FieldFault) async throws {
        guard try fault.isInstalled() else { return }
        let verification = try fault.verification("wrong")
        guard fault.kind != "-" else {
            // Nothing of ours can be reached through it, so there is no report but an error.
            let error = try await #require(throws: VerificationError.self) { _ = try await verification.run() }
            #expect(String(error.exitCode) == fault.wrongExit)
            #expect(error.description.contains(fault.says) && error.description.contains(fault.remedy))
            return
        }
        let report = try await verification.run().report
        let cause = try #require(report.causes.first, "\(report.cases.map(\.failureText))")
        #expect(cause.kind.rawValue == fault.kind, "\(cause.message)")
        let said = ([cause.message] + cause.evidence.map(\.line)).joined(separator: "\n")
        #expect(said.contains(fault.says), "\(said)")
        #expect(cause.remedy?.contains(fault.remedy) ?? false, "\(cause.remedy ?? "no remedy")")
        #expect(report.causes.count == 1, "\(report.causes.map(\.message))")
        if fault.wrongExit == "warning" {
            #expect(report.count(.warning) > 0 && report.count(.fail) == 0)
        } else {
            #expect(String(report.exitCode) == fault.wrongExit)
        }
    }

    @Test(arguments: try FieldFault.all())
    func `a cured configuration passes`(_ fault: FieldFault) async throws {
        guard try fault.isInstalled() else { return }
        let report = try await fault.verification("cured").run().report
        #expect(String(report.exitCode) == fault.curedExit, "\(report.cases.map(\.failureText))")
        #expect(report.causes.isEmpty, "\(report.causes.map(\.message))")
    }
}

/// A row of `fixtures/field/expected.csv`.
struct FieldFault: Sendable, CustomTestStringConvertible {
    var folder: String
    var balancer: String
    var host: String?
    var wrongExit: String
    var kind: String
    var says: String
    var remedy: String
    var curedExit: String
    var cases: [String]
    var testDescription: String { folder }

    static func all() throws -> [FieldFault] {
        let text = try String(
            contentsOf: Checkout.fixture("field/expected.csv"), encoding: .utf8)
        let rows = text.split(separator: "\n").map {
            $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        }
        return rows.dropFirst().map { row in
            let options = row[2].split(separator: " ").map(String.init)
            return FieldFault(
                folder: row[0], balancer: row[1], host: options.first == "--host" ? options.last : nil,
                wrongExit: row[3], kind: row[4], says: row[5], remedy: row[6], curedExit: row[7],
                cases: row[8].split(separator: " ").map(String.init))
        }
    }

    func verification(_ file: String) throws -> Verification {
        let config = Checkout.fixture("field/\(folder)/\(file).conf").path
        return try Verification(
            .balancer(balancer, config: config), cases: cases,
            access: try SiteAccess(host: host))
    }

    /// Whether its balancer is there; CI must have it.
    func isInstalled() throws -> Bool {
        let isThere = try ShippedVariant.all().contains { $0.manifest.name == balancer && $0.manifest.isInstalled }
        if !isThere {
            #expect(ProcessInfo.processInfo.environment["CI"] == nil, "\(balancer) must be installed in CI")
            print("SKIPPED: \(folder), since \(balancer) is not installed")
        }
        return isThere
    }
}
