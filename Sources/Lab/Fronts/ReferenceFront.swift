import Fleet
import History
import Logging
import StickyProxy
import Wire

/// The reference proxy, in this process.
struct ReferenceFront: Front {
    private let proxy: ProxyServer

    /// Starts one with this behavior and these defects.
    init(_ behavior: Behavior, defects: [any Defect], at place: FrontPlace) async throws(LabError) {
        var behavior = behavior
        behavior.limits.scaleIdle(by: place.timeScale)
        do {
            proxy = try await ProxyServer.start(
                ProxyConfiguration(
                    listen: Endpoint(host: place.host, port: 0),
                    nodes: place.nodes.map { ProxyNode(id: $0.nodeID, endpoint: $0.listen) }, behavior: behavior,
                    defects: defects, group: place.loops.proxy,
                    logger: Logger(label: "stickler.proxy") { _ in SwiftLogNoOpLogHandler() }))
        } catch {
            throw .notStarted("the reference proxy could not be started: \(systemWords(error))")
        }
    }

    var target: VirtualClient.Target { VirtualClient.Target(endpoint: proxy.listen, paths: AppPaths()) }
    var version: String? { nil }
    var output: String? { nil }
    func takeEvents() -> [HistoryEvent] { [] }

    func stop() async {
        // What can't be stopped in order dies with the process; the verdicts are in by now.
        try? await proxy.shutdown()
    }
}
