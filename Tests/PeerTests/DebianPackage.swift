import Foundation
import Testing

/// A foreign peer that Debian brings; its tests run where it is installed.
struct DebianPackage: Sendable {
    let name: String
    let files: [String]

    static let nodeSockJS = DebianPackage(
        name: "node-sockjs", files: ["/usr/bin/node", "/usr/share/nodejs/sockjs/index.js"])
    static let sockJSClient = DebianPackage(
        name: "node-sockjs-client", files: ["/usr/share/nodejs/sockjs-client/dist/sockjs.js"])
    static let chromium = DebianPackage(name: "chromium", files: ["/usr/bin/chromium"])

    var isInstalled: Bool { files.allSatisfy { FileManager.default.fileExists(atPath: $0) } }

    /// Whether all of these are there; says which is not, and fails for it in CI.
    static func areInstalled(_ packages: DebianPackage...) -> Bool {
        let missing = packages.filter { !$0.isInstalled }.map(\.name)
        if missing.isEmpty { return true }
        let names = missing.joined(separator: " ")
        #expect(ProcessInfo.processInfo.environment["CI"] == nil, "\(names) must be installed in CI")
        print("SKIPPED: a test of foreign peers, since these are not installed: \(names)")
        return false
    }
}
