package import Discovery

/// What a node of a cluster is told, by its command line and by the environment that `meteorhacks:cluster` reads.
package struct ClusterSettings: Sendable, Hashable {
    fileprivate typealias Problem = ClusterSettingsError.Problem

    /// Where the nodes register.
    package enum Registry: Sendable, Hashable {
        /// In the node's own process, which makes it a cluster of one.
        case memory
        /// In an etcd.
        case etcd(EtcdAddress)
    }

    /// Where the nodes register.
    package let registry: Registry
    /// What its balancer is told.
    package let rules: ClusterRules
    /// What balancers know its endpoint by; nil for the address that it listens on.
    package let endpointURL: EndpointURL?
    /// Where clients are to connect for its endpoint; nil if any balancer will do.
    package let balancerURL: EndpointURL?
    /// How many processes do the work of its endpoint; 0 for its own.
    package let workers: Int

    /// Most workers of a node.
    package static let mostWorkers = 64

    /// Reads what is said.
    ///
    /// - Parameters:
    ///   - said: what the command line says; where it is silent, the environment is asked.
    ///   - environment: the variables of the process.
    ///   - cores: how many processors there are, for `auto`.
    /// - Returns: nil where nobody says where the nodes register, and so it is no cluster.
    package static func read(
        _ said: [ClusterWord: String], environment: [String: String], cores: Int
    ) throws(ClusterSettingsError) -> ClusterSettings? {
        let words = Words(said: said, environment: environment)
        guard let registry = try words.value(.discovery, Self.registry) else { return nil }
        let service = try words.value(.service, Self.service) ?? .web
        let rules = ClusterRules(
            service: service, uiService: try words.value(.uiService, Self.service),
            publicServices: try words.value(.publicServices, Self.services) ?? [],
            selfWeight: try words.value(.selfWeight, Self.weight) ?? 1)
        return ClusterSettings(
            registry: registry, rules: rules, endpointURL: try words.value(.endpointURL, Self.endpoint),
            balancerURL: try words.value(.balancerURL, Self.url),
            workers: try words.value(.workers) { text throws(Problem) in
                try Self.workers(text, cores: cores)
            } ?? 0)
    }

    // MARK: Values

    private static func registry(_ text: String) throws(Problem) -> Registry {
        if text == "memory" { return .memory }
        if text.hasPrefix("mongodb://") { throw Problem.words("nodes of ours register in etcd, not in MongoDB") }
        do { return .etcd(try EtcdAddress(parsing: text)) } catch { throw Problem.words("\(error); or write memory") }
    }

    private static func service(_ text: String) throws(Problem) -> ServiceName {
        do { return try ServiceName(text) } catch { throw Problem.words("\(error)") }
    }

    private static func services(_ text: String) throws(Problem) -> Set<ServiceName> {
        var services: Set<ServiceName> = []
        for word in text.split(separator: ",") {
            let isPadded = word.hasPrefix(" ") || word.hasSuffix(" ")
            services.insert(try service(isPadded ? word.split(separator: " ").joined(separator: " ") : String(word)))
        }
        return services
    }

    private static func url(_ text: String) throws(Problem) -> EndpointURL {
        do { return try EndpointURL(text) } catch { throw Problem.words("\(error)") }
    }

    private static func endpoint(_ text: String) throws(Problem) -> EndpointURL {
        let url = try url(text)
        guard !url.isSecure, url.path.isEmpty else {
            throw Problem.words(
                "\(text) is not http://HOST:PORT, and balancers reach endpoints without TLS and at their root")
        }
        return url
    }

    private static func weight(_ text: String) throws(Problem) -> Double {
        guard let weight = Double(text), (0...1).contains(weight) else {
            throw Problem.words(
                "\"\(text.prefix(20))\" is no number from 0, never its own endpoint, to 1, as often as others")
        }
        return weight
    }

    private static func workers(_ text: String, cores: Int) throws(Problem) -> Int {
        // One core has nothing to share.
        if text == "auto" { return cores > 1 ? min(cores, mostWorkers) : 0 }
        guard let count = Int(text), (0...mostWorkers).contains(count) else {
            throw Problem.words(
                "\"\(text.prefix(20))\" is no number of processes from 0 to \(mostWorkers), and not auto")
        }
        return count
    }
}

/// Something that a node of a cluster is told.
package enum ClusterWord: String, Sendable, Hashable, CaseIterable {
    case discovery, service, endpointURL, balancerURL, uiService, publicServices, selfWeight, workers

    /// The option of the command line.
    package var option: String {
        switch self {
        case .discovery: "--cluster"
        case .service: "--service"
        case .endpointURL: "--endpoint-url"
        case .balancerURL: "--balancer-url"
        case .uiService: "--ui-service"
        case .publicServices: "--public-services"
        case .selfWeight: "--self-weight"
        case .workers: "--workers"
        }
    }

    /// The variable of the environment.
    package var variable: String {
        switch self {
        case .discovery: "CLUSTER_DISCOVERY_URL"
        case .service: "CLUSTER_SERVICE"
        case .endpointURL: "CLUSTER_ENDPOINT_URL"
        case .balancerURL: "CLUSTER_BALANCER_URL"
        case .uiService: "CLUSTER_UI_SERVICE"
        case .publicServices: "CLUSTER_PUBLIC_SERVICES"
        case .selfWeight: "CLUSTER_SELF_WEIGHT"
        case .workers: "CLUSTER_WORKERS_COUNT"
        }
    }
}

/// Something that a node of a cluster can't be told.
package struct ClusterSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why a value is none.
    fileprivate struct Problem: Error {
        let words: String

        static func words(_ words: String) -> Problem { Problem(words: words) }
    }

    /// What is wrong, where it was said, and the remedy.
    package let description: String
}

/// What was said, on the command line before the environment.
private struct Words {
    let said: [ClusterWord: String]
    let environment: [String: String]

    /// The value of a word; nil where nobody says it. An empty variable says nothing.
    func value<Value>(
        _ word: ClusterWord, _ read: (String) throws(ClusterSettingsError.Problem) -> Value
    ) throws(ClusterSettingsError) -> Value? {
        let variable = environment[word.variable].flatMap { $0.isEmpty ? nil : $0 }
        guard let text = said[word] ?? variable else { return nil }
        do {
            return try read(text)
        } catch {
            throw ClusterSettingsError(
                description: "\(said[word] == nil ? word.variable : word.option): \(error.words)")
        }
    }
}
