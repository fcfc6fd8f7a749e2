import Foundation
import Stickler
import TestSupport
import Testing

/// `verify` against the reference proxy inside the process.
@Suite(.timeLimit(.minutes(1))) struct VerifyTests {
    @Test func `a case that passes exits 0 and says so in a line`() async throws {
        let outcome = try await Command("verify", "--case", "sockjs/info").run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(outcome.lines.dropFirst().first?.wholeMatch(of: /pass +sockjs\/info +[0-9.]+ s */) != nil, "\(outcome)")
        #expect(outcome.output.contains(": 1 pass in "), "\(outcome)")
        #expect(outcome.errors.isEmpty, "\(outcome)")
    }

    @Test func `a mutant exits 1, with the finding, its evidence and a remedy after all cases`() async throws {
        let mutant = try #require(MutantList.all.first { $0.breaks == "sockjs/info" })
        let outcome = try await Command(
            "verify", "--mutant", mutant.name, "--case", mutant.breaks, "--case", "upgrade/refusal-passes", "--verbose"
        ).run()
        #expect(outcome.exitCode == 1, "\(outcome)")
        let failure = try #require(outcome.lines.firstIndex { $0 == "FAIL \(mutant.breaks)" }, "\(outcome)")
        let before = outcome.lines[..<failure]
        #expect(before.contains { $0.hasPrefix("pass ") && $0.contains("upgrade/refusal-passes") }, "\(outcome)")
        let after = outcome.lines[failure...]
        #expect(after.contains { $0.contains("\(mutant.finding): ") }, "\(outcome)")
        #expect(after.contains { $0.contains(" GET /sockjs/info") }, "evidence\n\(outcome)")
        #expect(after.contains { $0.contains("remedy: ") }, "\(outcome)")
    }

    @Test func `a pipe gets plain lines`() async throws {
        let outcome = try await Command(
            "verify", "--mutant", "cors-overwritten", "--case", "sockjs/*", environment: ["TERM": "xterm-256color"]
        ).run()
        #expect(outcome.exitCode == 1, "\(outcome)")
        let text = outcome.output + outcome.errors
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" }, "\(text.debugDescription)")
    }

    @Test func `nothing passed is no success`() async throws {
        let outcome = try await Command("verify", "--balancer", "nginx", "--case", "failover/hung-node").run()
        #expect(outcome.exitCode == 4, "\(outcome)")
        #expect(outcome.lines.dropFirst().first?.hasPrefix("unsupported") == true, "\(outcome)")
    }

    @Test func `judge says of a recorded run what the run said, with its exit code`() async throws {
        try await withTemporaryDirectory { directory in
            let run = try await Command(
                "verify", "--mutant", "cors-overwritten", "--case", "sockjs/c*", "--history", "\(directory)/run",
                "--report", "json=\(directory)/first.json"
            ).run()
            #expect(run.exitCode == 1, "\(run)")
            let again = try await Command(
                "judge", "\(directory)/run", "--report", "json=\(directory)/again.json"
            ).run()
            #expect(again.exitCode == 1, "\(again)")
            #expect(again.lines.suffix(5) == run.lines.suffix(5))
            let reports = try ["first", "again"].map {
                try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\($0).json"))
            }
            #expect(reports[0] == reports[1])
        }
    }

    @Test(arguments: [
        (#"{"schemaVersion":1}"#, "schemaVersion is 1, this build reads 2"), ("nonsense", "line 1 can't be read"),
        (nil, "can't be read: no such file"),
    ])
    func `judge names the file that it can't read, and why`(_ text: String?, _ words: String) async throws {
        try await withTemporaryDirectory { directory in
            let file = "\(directory)/run.jsonl"
            try text?.write(toFile: file, atomically: true, encoding: .utf8)
            let outcome = try await Command("judge", file).run()
            #expect(outcome.exitCode == 2, "\(outcome)")
            #expect(outcome.errors.contains(file), "\(outcome)")
            #expect(outcome.errors.contains(words), "\(outcome)")
        }
    }

    @Test func `the reports hold what the contract with scripts names`() async throws {
        try await withTemporaryDirectory { directory in
            let outcome = try await Command(
                "verify", "--mutant", "cors-overwritten", "--case", "sockjs/*o", "--case", "sockjs/polling-*",
                "--case", "sockjs/websocket-*", "--seed", "7",
                "--report", "json=\(directory)/a.json", "--report", "junit=\(directory)/a.xml",
                "--history", "\(directory)/a.jsonl"
            ).run()
            #expect(outcome.exitCode == 1, "\(outcome)")
            try checkJSON("\(directory)/a.json")
            try await checkJUnit("\(directory)/a.xml")
            let history = try String(contentsOfFile: "\(directory)/a.jsonl", encoding: .utf8)
            for line in history.split(separator: "\n") {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            }
            #expect(history.split(separator: "\n").count > 10)
        }
    }

    private func checkJSON(_ path: String) throws {
        let document = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        let report = try #require(document as? [String: Any])
        #expect(report["schemaVersion"] as? Int == 1)
        #expect(report["seed"] as? Int == 7)
        #expect(report["timeScale"] as? Double == 0.04)
        #expect((report["startedAt"] as? String)?.hasSuffix("Z") == true)
        #expect(report["durationSeconds"] is Double)
        let tool = try #require(report["tool"] as? [String: String])
        #expect(tool == ["name": "stickler", "version": ToolVersion.current])
        let target = try #require(report["target"] as? [String: Any])
        #expect(Set(target.keys) == ["kind", "name", "version", "config", "claims"])
        #expect(target["kind"] as? String == "reference")
        let summary = try #require(report["summary"] as? [String: Int])
        #expect(Set(summary.keys) == Set(Verdict.allCases.map(\.rawValue)))
        #expect(summary["fail"] == 1)
        #expect(summary["pass"] == 2)
        let cases = try #require(report["cases"] as? [[String: Any]])
        let keys: Set = [
            "id", "title", "level", "verdict", "reason", "durationSeconds", "findings", "faults", "remedy", "causedBy",
        ]
        for one in cases { #expect(Set(one.keys) == keys) }
        let failed = try #require(cases.first { $0["verdict"] as? String == "fail" })
        #expect(failed["id"] as? String == "sockjs/info")
        let finding = try #require((failed["findings"] as? [[String: Any]])?.first)
        #expect(Set(finding.keys) == ["code", "message", "evidence"])
        #expect(finding["code"] as? String == "cors-altered")
        #expect((finding["evidence"] as? [String])?.isEmpty == false)
    }

    /// Another implementation's XML parser reads the report.
    private func checkJUnit(_ path: String) async throws {
        let script =
            "import json, sys, xml.etree.ElementTree as tree; cases = tree.parse(sys.argv[1]).getroot().iter('testcase'); "
            + "print(json.dumps([[c.get('classname'), c.get('name'), float(c.get('time')) >= 0, [e.tag for e in c]] "
            + "for c in cases]))"
        var python = Command("-c", script, path)
        python.program = "/usr/bin/env"
        python.arguments.insert("python3", at: 0)
        let outcome = try await python.run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        let expected: [[Any]] = [
            ["sockjs", "info", true, ["failure"]], ["sockjs", "polling-round-trip", true, [String]()],
            ["sockjs", "websocket-round-trip", true, [String]()],
        ]
        let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        #expect(parsed as? NSArray == expected as NSArray, "\(outcome)")
    }
}
