import Cluster

/// What a node of a cluster is told, each as it is written on a command line; what is nil is asked of the environment.
public struct ClusterOptions: Sendable, Hashable {
    /// Where the nodes register: `etcd://HOST:PORT`, or `memory` for a cluster of one; `CLUSTER_DISCOVERY_URL`.
    public var discovery: String?
    /// The service of its endpoint; `CLUSTER_SERVICE`.
    public var service: String?
    /// Address on which the endpoint accepts what balancers send; a free port beside the balancer's unless told.
    public var endpoint: String?
    /// What balancers know the endpoint by; `CLUSTER_ENDPOINT_URL`.
    public var endpointURL: String?
    /// Where clients are to connect for the endpoint; `CLUSTER_BALANCER_URL`.
    public var balancerURL: String?
    /// The service that pages are of; `CLUSTER_UI_SERVICE`.
    public var uiService: String?
    /// Other services that clients may ask for, with commas between them; `CLUSTER_PUBLIC_SERVICES`.
    public var publicServices: String?
    /// How often its balancer draws its own endpoint, from 0 to 1; `CLUSTER_SELF_WEIGHT`.
    public var selfWeight: String?
    /// How many processes do the endpoint's work, or `auto`; `CLUSTER_WORKERS_COUNT`.
    public var workers: String?
    /// How long a node lives for others after its last heartbeat; heartbeats and readings come four times as often.
    public var lease: Duration?

    /// Nothing said.
    public init() {}

    /// What the words and the environment say; nil where neither makes the node one of a cluster.
    func settings(
        environment: [String: String], cores: Int
    ) throws(VerificationError) -> ClusterSettings? {
        var said: [ClusterWord: String] = [:]
        (said[.discovery], said[.service]) = (discovery, service)
        (said[.endpointURL], said[.balancerURL]) = (endpointURL, balancerURL)
        (said[.uiService], said[.publicServices]) = (uiService, publicServices)
        (said[.selfWeight], said[.workers]) = (selfWeight, workers)
        do throws(ClusterSettingsError) {
            let settings = try ClusterSettings.read(said, environment: environment, cores: cores)
            guard settings == nil, !said.isEmpty || endpoint != nil || lease != nil else { return settings }
        } catch {
            throw .usage("\(error)")
        }
        throw .usage(
            "--cluster says where the nodes of a cluster register, and the other options of one need it: write --cluster "
                + "etcd://HOST:PORT, or --cluster memory for a cluster of one")
    }
}
