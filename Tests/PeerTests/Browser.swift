import Foundation
import Subprocess
import Testing

/// Debian's Chromium without a window, which reaches loopback only.
enum Browser {
    static let packages = [DebianPackage.chromium, .sockJSClient]
    static var isInstalled: Bool { packages.allSatisfy(\.isInstalled) }

    /// Opens a page, lets `body` await what it reports, and ends the browser.
    static func open(_ url: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let profile = FileManager.default.temporaryDirectory.appending(path: "stickler-browser-\(UUID())")
        defer { try? FileManager.default.removeItem(at: profile) }
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            // Timers in hidden frames would fire once a second only.
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows",
            "--disable-features=ThrottleDisplayNoneAndVisibilityHiddenCrossOriginIframes",
            "--disable-default-apps", "--mute-audio", "--user-data-dir=\(profile.path)",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost", url,
        ]
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        _ = try await run(
            .path("/usr/bin/chromium"), arguments: Arguments(arguments), platformOptions: options, input: .none,
            output: .discarded, error: .discarded
        ) { execution in
            do {
                try await body()
            } catch {
                await execution.teardown(using: options.teardownSequence)
                throw error
            }
            await execution.teardown(using: options.teardownSequence)
        }
    }
}

/// The page and the client, as documents that a node can serve.
struct BrowserFiles {
    static func data(_ name: String) throws -> [UInt8] {
        let file =
            name == "sockjs.min.js"
            ? URL(filePath: "/usr/share/nodejs/sockjs-client/dist/sockjs.min.js")
            : URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../harness/browser/\(name)").standardizedFileURL
        return Array(try Data(contentsOf: file))
    }
}
