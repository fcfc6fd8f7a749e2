import Foundation
import Glibc
import TestSupport
import Testing

/// Reports and histories: where they go, and what is there after a run that came to nothing.
@Suite(.timeLimit(.minutes(1))) struct OutputTests {
    @Test func `a run that comes to nothing leaves reports that say why, never those of an older run`() async throws {
        try await withTemporaryDirectory { directory in
            let (json, junit) = ("\(directory)/a.json", "\(directory)/a.xml")
            for old in [json, junit] { try "green".write(toFile: old, atomically: true, encoding: .utf8) }
            let outcome = try await Command(
                "verify", "--report", "json=\(json)", "--report", "junit=\(junit)", "--balancer", "pound"
            ).run()
            #expect(outcome.exitCode == 2, "\(outcome)")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json))) as? [String: Any])
            #expect(report["schemaVersion"] as? Int == 1)
            #expect((report["cases"] as? [Any])?.isEmpty == true)
            let error = try #require(report["error"] as? [String: Any])
            #expect(error["exitCode"] as? Int == 2)
            #expect((error["message"] as? String)?.contains("unknown balancer \"pound\"") == true)
            let suite = try String(contentsOfFile: junit, encoding: .utf8)
            #expect(suite.contains("tests=\"1\" failures=\"0\" errors=\"1\""), "\(suite)")
            #expect(suite.contains("<error message=\"unknown balancer &quot;pound&quot;"), "\(suite)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["a.json", "a.xml"])
        }
    }

    @Test(arguments: [["--report", "json=-"], ["--history", "-"]])
    func `a dash is standard output, and the console goes to standard error`(_ option: [String]) async throws {
        let outcome = try await Command(["verify", "--case", "sockjs/info"] + option).run()
        #expect(outcome.exitCode == 0, "\(outcome)")
        #expect(outcome.errors.contains("pass         sockjs/info"), "\(outcome)")
        let first = try #require(option[0] == "--report" ? outcome.output : outcome.lines.first)
        let document = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
        #expect(document?["schemaVersion"] is Int, "nothing but the report\n\(outcome)")
    }

    @Test func `a full disk says so`() async throws {
        let outcome = try await Command("verify", "--case", "sockjs/info", "--report", "json=/dev/full").run()
        #expect(outcome.exitCode == 2, "\(outcome)")
        for words in ["/dev/full can't be written: No space left on device", "make room"] {
            #expect(outcome.errors.contains(words), "\(outcome)")
        }
        var shell = Command("-c", "\(Command.stickler) verify --case sockjs/info > /dev/full")
        shell.program = "/bin/sh"
        let console = try await shell.run()
        #expect(console.exitCode == 2, "\(console)")
        #expect(console.errors.contains("No space left on device"), "\(console)")
    }

    @Test func `a file is replaced as a whole, keeps its mode, and a link to it stays one`() async throws {
        try await withTemporaryDirectory { directory in
            let (file, link) = ("\(directory)/a.json", "\(directory)/link.json")
            try "old".write(toFile: file, atomically: false, encoding: .utf8)
            chmod(file, 0o640)
            symlink("a.json", link)
            let outcome = try await Command("verify", "--case", "sockjs/info", "--report", "json=\(link)").run()
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("{\n"))
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a.json")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["a.json", "link.json"])
        }
    }

    @Test func `a pipe is written straight`() async throws {
        try await withTemporaryDirectory { directory in
            var shell = Command(
                "-c",
                "mkfifo \(directory)/p && (cat \(directory)/p & \(Command.stickler) verify --case sockjs/info "
                    + "--report junit=\(directory)/p; wait)")
            shell.program = "/bin/sh"
            let outcome = try await shell.run()
            #expect(outcome.output.contains("</testsuites>"), "\(outcome)")
        }
    }
}
