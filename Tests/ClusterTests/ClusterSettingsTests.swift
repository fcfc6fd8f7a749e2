import Clocks
import Discovery
import Testing

@testable import Cluster

@Suite("What a node of a cluster is told")
struct ClusterSettingsTests {
    static let etcd = "etcd://127.0.0.1:2379"

    func read(
        _ said: [ClusterWord: String] = [:], _ environment: [String: String] = [:], cores: Int = 4
    ) throws -> ClusterSettings? {
        try ClusterSettings.read(said, environment: environment, cores: cores)
    }

    @Test func `a node of which nobody says where it registers is none of a cluster`() throws {
        #expect(try read() == nil)
        #expect(try read([:], ["CLUSTER_SERVICE": "web", "CLUSTER_DISCOVERY_URL": ""]) == nil)
    }

    @Test func `what is not said is one service, web, with the own endpoint in each draw and without workers`() throws {
        let settings = try #require(try read([.discovery: "memory"]))
        #expect(settings.registry == .memory && settings.workers == 0)
        #expect(settings.rules == ClusterRules(service: .web, selfWeight: 1))
        #expect(settings.endpointURL == nil && settings.balancerURL == nil)
    }

    @Test func `the environment has the names of meteorhacks' cluster`() throws {
        let settings = try #require(
            try read(
                [:],
                [
                    "CLUSTER_DISCOVERY_URL": Self.etcd, "CLUSTER_SERVICE": "search",
                    "CLUSTER_ENDPOINT_URL": "http://10.0.0.1:3000", "CLUSTER_BALANCER_URL": "https://lb.test",
                    "CLUSTER_UI_SERVICE": "web", "CLUSTER_PUBLIC_SERVICES": "search, mail",
                    "CLUSTER_SELF_WEIGHT": "0.5", "CLUSTER_WORKERS_COUNT": "auto",
                ]))
        #expect(settings.registry == .etcd(try EtcdAddress(parsing: Self.etcd)))
        #expect(settings.rules.service.text == "search" && settings.rules.uiService == .web)
        #expect(settings.rules.publicServices == [try ServiceName("search"), try ServiceName("mail")])
        #expect(settings.rules.selfWeight == 0.5)
        #expect(settings.endpointURL?.text == "http://10.0.0.1:3000")
        #expect(settings.balancerURL?.text == "https://lb.test")
        #expect(settings.workers == 4)
    }

    @Test func `the command line wins over the environment`() throws {
        let settings = try read(
            [.discovery: "memory", .workers: "2"],
            ["CLUSTER_DISCOVERY_URL": "mongodb://old", "CLUSTER_WORKERS_COUNT": "many", "CLUSTER_SERVICE": "mail"])
        #expect(settings?.registry == .memory && settings?.workers == 2 && settings?.rules.service.text == "mail")
    }

    @Test func `one core has nothing to share`() throws {
        #expect(try read([.discovery: "memory", .workers: "auto"], cores: 1)?.workers == 0)
        #expect(try read([.discovery: "memory", .workers: "auto"], cores: 500)?.workers == 64)
    }

    @Test(arguments: [
        (ClusterWord.discovery, "http://127.0.0.1:2379", "etcd://"), (.discovery, "mongodb://db", "not in MongoDB"),
        (.service, "a b", "name of a service"), (.uiService, "", "name of a service"),
        (.endpointURL, "10.0.0.1:3000", "no URL"), (.endpointURL, "https://10.0.0.1:3000", "without TLS"),
        (.endpointURL, "http://10.0.0.1:3000/app", "at their root"), (.balancerURL, "lb.test", "no URL"),
        (.publicServices, "web,/", "name of a service"), (.selfWeight, "2", "from 0"), (.selfWeight, "nan", "from 0"),
        (.workers, "-1", "from 0 to 64"), (.workers, "65", "from 0 to 64"), (.workers, "two", "not auto"),
    ])
    func `what can't be told is named with its place and the remedy`(
        _ word: ClusterWord, _ text: String, _ reason: String
    ) throws {
        var said: [ClusterWord: String] = [.discovery: "memory"]
        said[word] = text
        let onLine = #expect(throws: ClusterSettingsError.self) { try read(said) }
        #expect(onLine?.description.hasPrefix("\(word.option): ") == true, "\(onLine?.description ?? "")")
        #expect(onLine?.description.contains(reason) == true, "\(onLine?.description ?? "")")
        guard !text.isEmpty else { return }
        var environment = ["CLUSTER_DISCOVERY_URL": "memory"]
        environment[word.variable] = text
        let inEnvironment = #expect(throws: ClusterSettingsError.self) { try read([:], environment) }
        #expect(inEnvironment?.description.hasPrefix("\(word.variable): ") == true)
    }

    @Test func `each restart of the last minute makes the next one half a second later`() {
        var pace = RestartPace()
        let start = MonotonicClock.now
        let delays = [0, 1, 2, 59, 61].map { pace.delay(at: start + .seconds($0)) }
        #expect(delays == [0.5, 1, 1.5, 2, 1.5].map { .seconds($0) })
    }
}
