/// A balancer, variant or file that is not there, or a manifest or template that cannot be used.
package enum CatalogError: Error, Hashable, CustomStringConvertible {
    /// No folder of balancers was found at any of these places.
    case noCatalog(searched: [String])
    /// No balancer of that name.
    case unknownBalancer(String, known: [String])
    /// The balancer has no configuration of that name.
    case unknownVariant(String, balancer: String, known: [String])
    /// A file cannot be read.
    case unreadable(file: String, reason: String)
    /// A manifest is wrong.
    case manifest(ManifestError)

    /// What is wrong, and what to do about it.
    package var description: String {
        switch self {
        case .noCatalog(let searched):
            """
            no folder of balancers found (looked for \(searched.joined(separator: ", "))); \
            set STICKLER_BALANCERS to the path of harness/balancers
            """
        case .unknownBalancer(let name, let known):
            "unknown balancer \"\(name)\"; known: \(known.joined(separator: ", "))"
        case .unknownVariant(let name, let balancer, let known):
            """
            \(balancer) has no configuration \"\(name)\"; known: \(known.joined(separator: ", ")); \
            for a file of your own write its path with a slash, for example ./\(name)
            """
        case .unreadable(let file, let reason):
            "cannot read \(file): \(reason)"
        case .manifest(let error):
            error.description
        }
    }
}
