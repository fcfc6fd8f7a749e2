import ArgumentParser
import Foundation
import Stickler

struct Node: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a node: the back end that says who it is, records all it does, and takes faults.",
        discussion: """
            Prints one line of JSON on standard output once it accepts, logs on standard error, ends on SIGTERM.

            Whoever reaches the control address can break the node: elsewhere than on loopback it needs a token, made \
            for example with (umask 077; head -c 24 /dev/urandom | base64 > stickler.token).

            With --cluster it is an endpoint and a balancer before the endpoints of all nodes that register there, as an \
            app with meteorhacks:cluster is. Clients may connect to any of them. The options of a cluster may come from \
            the environment too, as CLUSTER_DISCOVERY_URL, CLUSTER_SERVICE, CLUSTER_ENDPOINT_URL, CLUSTER_BALANCER_URL, \
            CLUSTER_UI_SERVICE, CLUSTER_PUBLIC_SERVICES, CLUSTER_SELF_WEIGHT and CLUSTER_WORKERS_COUNT; an option wins. \
            Faults at the control address break the endpoint, not the balancer, so that a cluster is verified through \
            any of its nodes. With --workers the endpoint's work is done by processes, which are started anew when they \
            end: they are the nodes that a verification asks for, and the line that is printed names the control \
            address of each.
              stickler node --listen 127.0.0.1:3001 --control 127.0.0.1:7001 --id n1 --cluster etcd://127.0.0.1:2379
              stickler verify --url http://127.0.0.1:3001 --as meteor-cluster --node 127.0.0.1:7001 --node …
            """)

    @Option(help: ArgumentHelp("Where balancers and clients connect; port 0 takes a free one.", valueName: "host:port"))
    var listen: String

    @Option(help: ArgumentHelp("Where stickler verify connects; port 0 takes a free one.", valueName: "host:port"))
    var control: String = "127.0.0.1:0"

    @Option(help: "The node's id, one of its own among the nodes of a balancer.")
    var id: String = "n1"

    @Option(help: ArgumentHelp("Obey only requests that bear the token in this file.", valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Pass requests for paths of no service of the node, and the connections they upgrade, to the app here.",
            valueName: "host:port"))
    var app: String?

    @Flag(help: "Take no WebSocket compression (permessage-deflate), which every browser offers.")
    var noDeflate = false

    @Option(
        help: ArgumentHelp(
            "Where SockJS's iframe pages load sockjs-client from; without it a place on the internet.",
            valueName: "url"))
    var sockjsClientURL: String?

    @Flag(help: .private)
    var worker = false

    @OptionGroup(title: "A cluster") var cluster: ClusterArguments

    func run() async throws {
        let interruption = Interruption()
        var options = StandaloneNode.Options()
        options.tokenFile = tokenFile
        options.negotiatesDeflate = !noDeflate
        options.sockJSClientURL = sockjsClientURL
        options.app = app
        if !worker {
            let clustered = try await StandaloneClusterNode.start(
                id: id, listen: listen, control: control, options: options, cluster: cluster.options,
                environment: ProcessInfo.processInfo.environment,
                program: "/proc/self/exe".resolvingLink ?? CommandLine.arguments[0])
            if let clustered {
                Terminal.say(clustered.announcement)
                await interruption.wait()
                return try await clustered.stop(draining: .seconds(1))
            }
        }
        let node = try await StandaloneNode.start(id: id, listen: listen, control: control, options: options)
        Terminal.say(node.announcement)
        await interruption.wait()
        try await node.stop()
    }
}

struct Proxy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the reference proxy alone.",
        discussion: """
            Prints one line of JSON on standard output once it accepts, logs on standard error, ends on SIGTERM.

            With a mutant at a rate it prints a second one at its end: how many units of traffic passed, and how many of \
            them were damaged, {"units":52310,"damaged":48}. Where it has no descriptor left for a connection it says so, \
            {"shortage":"a client: too many open files"}.

            With --admin its nodes come and go as it runs; its requests bear Content-Type: application/json:
              curl http://ADMIN/nodes
              curl http://ADMIN/nodes --json '{"id":"n4","address":"127.0.0.1:7004"}'
              curl http://ADMIN/nodes/n4/drain --json '{}'     and undrain
              curl http://ADMIN/nodes/n4 -X DELETE
              curl http://ADMIN/metrics

            With --config it reads its nodes and whatever is not the reference's behavior from a file, and reads it anew on             SIGHUP and on curl http://ADMIN/reload --json '{}': requests and tunnels under way keep what they began with,             clients keep their nodes. A file that can't be used changes nothing. It then prints {"reloaded":"FILE"}, or             {"refused":"what is wrong"}:
              nodes:
                - {id: n1, address: 127.0.0.1:7001, weight: 2}
              affinity: {rule: cookie, cookie: {name: lb, maxAge: 1d, sameSite: none, secure: true}}
              distribution: {order: least-connections}
              limits: {tunnelIdle: 60s, requestsPerNode: 200, queue: {requestsPerNode: 50, patience: 5s}}
            The other parts are upgrade, health, retry, headers, requests and answers; what may stand where is said by the             error for what may not.
            """)

    @Option(help: ArgumentHelp("Where clients connect; port 0 takes a free one.", valueName: "host:port"))
    var listen: String

    @Option(help: ArgumentHelp("Address of a node; once for each node.", valueName: "host:port"))
    var node: [String] = []

    @Option(help: ArgumentHelp("Read nodes and behavior from this file in YAML.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Break the one thing that this mutant breaks; with a rate, as in NAME:1/1000, for one message, request or "
                + "session in so many. `stickler mutants` says for which.",
            valueName: "name[:1/n]"))
    var mutant: String?

    @Option(help: "Be this system, with its times as they are documented; `stickler profiles` lists them.")
    var profile: String?

    @Option(help: "Seed of what a mutant at a rate damages.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Where its nodes are changed as it runs; port 0 takes a free one. Without it they can't be.",
            valueName: "host:port"))
    var admin: String?

    @Option(
        help: ArgumentHelp("Let only requests that bear the token in this file change nodes.", valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "How long SIGTERM lets what is under way come to its end, such as 90s, 10m or 1h; WebSockets that are left "
                + "are told to go (close code 1001). A second signal ends it at once.",
            valueName: "time"))
    var drain = TimeLimit(argument: "8s") ?? .standard

    func validate() throws {
        if tokenFile != nil, admin == nil { throw ValidationError("--token-file needs --admin") }
        if [config, mutant, profile].compactMap({ $0 }).count > 1 {
            throw ValidationError("give one of --config, --mutant and --profile: each says all of what the proxy does")
        }
    }

    func run() async throws {
        let interruption = Interruption(hangUps: config == nil ? .end : .another)
        let hangUps = config.map { _ in HangUps() }
        let admin = admin.map { StandaloneProxy.Admin(address: $0, tokenFile: tokenFile) }
        let proxy = try await StandaloneProxy.start(
            listen: listen, nodes: node, configuration: config, profile: profile, mutant: mutant, seed: seed,
            admin: admin
        ) {
            Terminal.say(StandaloneProxy.announcement(ofShortage: $0))
        }
        Terminal.say(proxy.announcement)
        let reloads = Task {
            guard let hangUps else { return }
            for await _ in hangUps { Terminal.say(await proxy.reload()) }
        }
        await interruption.wait()
        reloads.cancel()
        try await proxy.stop(draining: drain.duration)
        if let damage = proxy.damage { Terminal.say(damage) }
    }
}
