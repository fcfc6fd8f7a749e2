import History
import Claims
import Foundation
import Testing
import Verdicts

@testable import Reports

@Suite("The JSON report has the keys of the contract, all of them, always")
struct JSONReportTests {
    typealias Object = [String: Any]

    static func object(_ report: RunReport) throws -> Object {
        try #require(try JSONSerialization.jsonObject(with: try JSONReport(report).data()) as? Object)
    }

    @Test("Run")
    func run() throws {
        let object = try Self.object(SampleReport.report())
        #expect(
            Set(object.keys) == [
                "schemaVersion", "tool", "target", "startedAt", "durationSeconds", "seed", "timeScale", "summary",
                "cases", "causes", "coverage", "notes", "error",
            ])
        #expect(object["schemaVersion"] as? Int == 1)
        #expect(object["startedAt"] as? String == "2023-11-14T22:13:20Z")
        #expect(object["durationSeconds"] as? Double == 12.346)
        #expect(object["seed"] as? UInt64 == .max)
        #expect(object["timeScale"] as? Double == 0.5)
        #expect(object["tool"] as? [String: String] == ["name": "stickler", "version": ToolVersion.current])
    }

    @Test("How much of the catalogue was asked, and what was left out")
    func coverage() throws {
        var report = SampleReport.report()
        report.coverage = Coverage(catalogue: 9, selected: 7, without: [.fallback])
        let coverage = try #require(try Self.object(report)["coverage"] as? Object)
        #expect(Set(coverage.keys) == ["catalogue", "selected", "without"])
        #expect(coverage["catalogue"] as? Int == 9)
        #expect(coverage["selected"] as? Int == 7)
        #expect(coverage["without"] as? [String] == ["fallback"])
    }

    @Test("A run that came to its end has no error; another one says its exit code and why")
    func error() throws {
        var report = SampleReport.report([])
        #expect(try Self.object(report)["error"] is NSNull)
        report.problem = RunReport.Problem(exitCode: 3, message: "nothing answers")
        let error = try #require(try Self.object(report)["error"] as? Object)
        #expect(Set(error.keys) == ["exitCode", "message"])
        #expect(error["exitCode"] as? Int == 3)
        #expect(error["message"] as? String == "nothing answers")
    }

    @Test("Target, with null for a version nobody knows", arguments: ["1.22.1", nil])
    func target(_ version: String?) throws {
        let target = try #require(try Self.object(SampleReport.report(version: version))["target"] as? Object)
        #expect(Set(target.keys) == ["kind", "name", "version", "config", "claims"])
        #expect(target["kind"] as? String == "balancer")
        #expect(target["name"] as? String == "nginx")
        #expect(target["version"] as? String == version)
        #expect((target["version"] is NSNull) == (version == nil))
        #expect(target["config"] as? String == "default")
        #expect(target["claims"] as? [String] == ["fallback", "recovery"])
    }

    @Test("The kinds of target are those of the contract")
    func kinds() {
        #expect(
            [RunReport.Target.Kind.reference, .balancer, .url].map(\.rawValue) == ["reference", "balancer", "url"])
    }

    @Test("The summary counts every verdict, those that did not come up too")
    func summary() throws {
        let each = [
            "pass": 1, "fail": 1, "warning": 1, "info": 1, "unsupported": 1, "unobservable": 1, "inconclusive": 1,
        ]
        #expect(try Self.object(SampleReport.report())["summary"] as? [String: Int] == each)
        #expect(try Self.object(SampleReport.report([]))["summary"] as? [String: Int] == each.mapValues { _ in 0 })
    }

    @Test("A case has every key, with null for a remedy there is none of")
    func cases() throws {
        let cases = try #require(try Self.object(SampleReport.report())["cases"] as? [Object])
        #expect(cases.count == SampleReport.cases.count)
        for one in cases {
            #expect(
                Set(one.keys) == [
                    "id", "title", "level", "verdict", "reason", "durationSeconds", "findings", "faults", "remedy",
                    "causedBy",
                ])
        }
        #expect(cases.map { $0["verdict"] as? String } == Verdict.allCases.map(\.rawValue))
        #expect(cases.map { $0["level"] as? String }.prefix(4) == ["must", "must", "should", "may"])
        #expect(cases[0]["id"] as? String == "upgrade/passes")
        #expect(cases[0]["title"] as? String == "Title of upgrade/passes")
        #expect(cases[0]["durationSeconds"] as? Double == 1.235)
        #expect(cases[0]["findings"] as? [Object] != nil)
        #expect(cases[0]["remedy"] is NSNull)
        #expect(cases[1]["remedy"] as? String == "polling-stickiness: cookie SRV insert")
    }

    @Test("What faults cost stands with their case")
    func faults() throws {
        var cases = SampleReport.cases
        cases[0].faults = [
            FaultEffect(fault: .kill, nodeID: "n1", requests: 9, failedRequests: 2, outageSeconds: 0.25)
        ]
        let written = try #require(try Self.object(SampleReport.report(cases))["cases"] as? [Object])
        let fault = try #require((written[0]["faults"] as? [Object])?.first)
        #expect(Set(fault.keys) == ["fault", "nodeID", "requests", "failedRequests", "outageSeconds"])
        #expect(fault["failedRequests"] as? Int == 2)
        #expect(fault["outageSeconds"] as? Double == 0.25)
    }

    @Test("A finding is its code, message and evidence, and no more")
    func findings() throws {
        let cases = try #require(try Self.object(SampleReport.report())["cases"] as? [Object])
        let finding = try #require((cases[1]["findings"] as? [Object])?.first)
        #expect(Set(finding.keys) == ["code", "message", "evidence"])
        #expect(finding["code"] as? String == "session-moved")
        #expect(finding["message"] as? String == "it moved")
        #expect(finding["evidence"] as? [String] == ["+0.001 s first", "+0.002 s second"])
    }

    @Test("Hostile text comes back as it was")
    func hostile() throws {
        let object = try Self.object(SampleReport.hostileReport)
        let first = try #require((object["cases"] as? [Object])?.first)
        #expect(first["reason"] as? String == SampleReport.hostile)
        #expect((object["target"] as? Object)?["name"] as? String == SampleReport.hostile)
    }

    @Test("The text ends with a line feed")
    func end() throws {
        #expect(try JSONReport(SampleReport.report()).data().last == UInt8(ascii: "\n"))
    }
}
