import Foundation

/// The program of a balancer, as found on this machine.
struct BalancerBinary {
    let path: String

    static func find(
        _ manifest: BalancerManifest, path: String? = ProcessInfo.processInfo.environment["PATH"]
    ) throws(BalancerError) -> BalancerBinary {
        let listed = (path ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        let folders = listed + ["/usr/sbin", "/usr/local/sbin"].filter { !listed.contains($0) }
        for folder in folders {
            let candidate = "\(folder)/\(manifest.binary)"
            if FileManager.default.isExecutableFile(atPath: candidate) { return BalancerBinary(path: candidate) }
        }
        throw .notInstalled(binary: manifest.binary, package: manifest.package, searched: folders)
    }
}

extension BalancerManifest {
    /// Whether its program is installed.
    package var isInstalled: Bool {
        do {
            _ = try BalancerBinary.find(self)
            return true
        } catch {
            return false
        }
    }
}
