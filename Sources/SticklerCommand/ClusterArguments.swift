import ArgumentParser
import Stickler

/// What makes a node one of a cluster.
struct ClusterArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the nodes of the cluster register: etcd://HOST:PORT[,HOST:PORT…][/PREFIX], or memory for a cluster of one.",
            valueName: "registry"))
    var cluster: String?

    @Option(help: ArgumentHelp("The service that the node is of; web unless told.", valueName: "name"))
    var service: String?

    @Option(
        help: ArgumentHelp(
            "How many processes do the work of the endpoint, or auto for one a core; 0 for none but the node's.",
            valueName: "number"))
    var workers: String?

    @Option(
        help: ArgumentHelp(
            "Where the endpoint accepts what balancers send on; a free port beside --listen unless told.",
            valueName: "host:port"))
    var endpoint: String?

    @Option(
        help: ArgumentHelp("What other balancers reach the endpoint by; http://ENDPOINT unless told.", valueName: "url")
    )
    var endpointURL: String?

    @Option(
        help: ArgumentHelp(
            "Where clients are sent whose endpoint is this one; any balancer's URL, or where they are, unless told.",
            valueName: "url"))
    var balancerURL: String?

    @Option(help: ArgumentHelp("The service that pages are of; the node's own unless told.", valueName: "name"))
    var uiService: String?

    @Option(
        help: ArgumentHelp("Other services whose endpoints clients may ask for, with commas.", valueName: "names"))
    var publicServices: String?

    @Option(
        help: ArgumentHelp("How often the balancer draws its own endpoint, from 0 to 1.", valueName: "weight"))
    var selfWeight: String?

    @Option(
        help: ArgumentHelp(
            "How long an endpoint counts as alive after its last heartbeat, 2s at least with etcd; 20s unless told. "
                + "Heartbeats and readings come four times as often.", valueName: "time"))
    var lease: TimeLimit?

    /// In the words of the library.
    var options: ClusterOptions {
        var options = ClusterOptions()
        (options.discovery, options.service, options.workers) = (cluster, service, workers)
        (options.endpoint, options.endpointURL, options.balancerURL) = (endpoint, endpointURL, balancerURL)
        (options.uiService, options.publicServices, options.selfWeight) = (uiService, publicServices, selfWeight)
        options.lease = lease?.duration
        return options
    }
}
