import Fleet
import History
import Logging
import StickyProxy
import Synchronization
import Wire

/// The reference proxy, in this process.
struct ReferenceFront: Front {
    private let proxy: ProxyServer
    private let shortages = Shortages()

    /// Starts one with this behavior and these defects, as so many instances.
    init(_ behavior: Behavior, defects: [any Defect], instances: Int, at place: FrontPlace) async throws(LabError) {
        var behavior = behavior
        behavior.limits.scaleIdle(by: place.timeScale)
        let shortages = shortages
        var configuration = ProxyConfiguration(
            listen: Endpoint(host: place.host, port: 0),
            nodes: place.nodes.map { ProxyNode(id: $0.nodeID, endpoint: $0.listen) }, behavior: behavior,
            defects: defects, group: place.loops.proxy,
            logger: Logger(label: "stickler.proxy") { _ in SwiftLogNoOpLogHandler() },
            onShortage: { shortages.add($0) })
        configuration.instances = instances
        do {
            proxy = try await ProxyServer.start(configuration)
        } catch {
            throw .notStarted("the reference proxy could not be started: \(systemWords(error))")
        }
    }

    var target: VirtualClient.Target { VirtualClient.Target(endpoint: proxy.listen, paths: AppPaths()) }
    var version: String? { nil }
    var output: String? { nil }
    func takeEvents() -> [HistoryEvent] { shortages.take() }

    func stop() async {
        // What can't be stopped in order dies with the process; the verdicts are in by now.
        try? await proxy.shutdown()
    }
}

/// What the proxy was short of since it was last asked, one a second at most.
final class Shortages: Sendable {
    private let events = Mutex<[HistoryEvent]>([])

    func add(_ detail: String) {
        let event = HistoryEvent(actor: .lab, kind: .shortage(Shortage(detail: detail)))
        events.withLock { $0.append(event) }
    }

    func take() -> [HistoryEvent] {
        events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
