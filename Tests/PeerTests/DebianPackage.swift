import Foundation

/// A foreign peer that Debian brings; its tests run where it is installed.
struct DebianPackage: Sendable {
    let name: String
    let files: [String]

    static let nodeSockJS = DebianPackage(
        name: "node-sockjs", files: ["/usr/bin/node", "/usr/share/nodejs/sockjs/index.js"])
    static let sockJSClient = DebianPackage(
        name: "node-sockjs-client", files: ["/usr/share/nodejs/sockjs-client/dist/sockjs.min.js"])
    static let chromium = DebianPackage(name: "chromium", files: ["/usr/bin/chromium"])

    var isInstalled: Bool { files.allSatisfy { FileManager.default.fileExists(atPath: $0) } }
}
