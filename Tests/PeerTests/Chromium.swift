import Clocks
import Foundation
import Wire

/// Debian's browser without a window, on loopback alone and with a profile of its own.
enum Chromium {
    /// Opens `url` and runs until the page of `browser` has said that it is done, or fails.
    static func results(
        at url: String, of browser: BrowserPage, within limit: Duration
    ) async throws -> [String: BrowserResult] {
        let profile = FileManager.default.temporaryDirectory.appendingPathComponent("chromium-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: profile, withIntermediateDirectories: true)
        defer {
            // What is left of a profile in the temporary directory harms nobody.
            try? FileManager.default.removeItem(at: profile)
        }
        let tail = LineTail()
        let program = program(url, profile.path)
        return try await withThrowingTaskGroup(of: [String: BrowserResult].self) { group in
            group.addTask {
                let end = try await program.run { line in
                    // It misses the message bus of a desktop at every turn.
                    if !line.contains("/dbus/") && !line.contains(":dbus/") { tail.append(line) }
                }
                try Task.checkCancellation()
                throw BrowserError("chromium ended by itself, \(end):\n\(tail.text)")
            }
            group.addTask { try await collect(from: browser, within: limit, tail) }
            defer { group.cancelAll() }
            return try await group.next() ?? [:]
        }
    }

    private static func collect(
        from browser: BrowserPage, within limit: Duration, _ tail: LineTail
    ) async throws -> [String: BrowserResult] {
        let deadline = MonotonicClock.now + limit
        var results: [String: BrowserResult] = [:]
        while true {
            let report: BrowserPage.Report
            do {
                report = try await browser.reports.next(
                    within: deadline - .now, on: browser.loop, awaiting: "a result of the browser")
            } catch {
                throw BrowserError("\(error), after \(results.count) results; chromium said:\n\(tail.text)")
            }
            switch report {
            case .result(let result):
                if let other = results.updateValue(result, forKey: result.id) {
                    throw BrowserError("two results of one scenario: \(other) and \(result)")
                }
            case .done: return results
            case .failed(let reason): throw BrowserError("the page failed: \(reason)")
            }
        }
    }

    private static func program(_ url: String, _ profile: String) -> ForeignProgram {
        ForeignProgram(
            path: DebianPackage.chromium.files[0],
            arguments: [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--user-data-dir=\(profile)", "--no-first-run", "--no-default-browser-check",
                "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
                "--disable-extensions", "--disable-sync", "--disable-breakpad", "--metrics-recording-only",
                "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
                "--disable-backgrounding-occluded-windows",
                // A process for each frame of another site takes longer to start than transports have to open.
                "--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process",
                "--password-store=basic", "--mute-audio",
                "--no-proxy-server", "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.*",
                url,
            ],
            environment: ["HOME": profile])
    }
}
