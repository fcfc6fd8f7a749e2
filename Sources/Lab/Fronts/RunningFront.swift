import Fleet
import History

/// A balancer that already ran, of which nothing is ours but its clients.
struct RunningFront: Front {
    let target: VirtualClient.Target

    var version: String? { nil }
    var output: String? { nil }
    func takeEvents() -> [HistoryEvent] { [] }
    func stop() async {}
}
