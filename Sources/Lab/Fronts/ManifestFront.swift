import Balancers
import Fleet
import Foundation
import History
import Wire

/// A real balancer, started as its manifest says, in a folder of its own.
struct ManifestFront: Front {
    let target: VirtualClient.Target
    private let balancer: RunningBalancer
    private let workDirectory: URL

    /// Starts one with this configuration.
    init(
        _ manifest: BalancerManifest, _ setup: BalancerSetup, _ access: SiteAccess, at place: FrontPlace
    ) async throws(LabError) {
        let work = FileManager.default.temporaryDirectory.appendingPathComponent("stickler-\(UUID().uuidString)")
        do {
            let listen = try FreePort.find(on: place.host)
            var values = TemplateValues(
                listen: ListenAddress(listen), nodes: place.nodes.map { ListenAddress($0.listen) },
                directory: work.path,
                timeScale: place.timeScale)
            for name in try manifest.furtherListeners(setup.template, Array(setup.files.values)) {
                values.further[name] = ListenAddress(try FreePort.find(on: place.host))
            }
            balancer = try await RunningBalancer.start(
                manifest,
                configuration: BalancerConfiguration(
                    setup.template, files: setup.files, as: manifest.name, values: values),
                values: values)
            target = access.target(listen)
            workDirectory = work
        } catch {
            try? FileManager.default.removeItem(at: work)
            if let error = error as? BalancerError { throw .balancer(error) }
            throw .notStarted("\(manifest.name) could not be started: \(systemWords(error))")
        }
    }

    var version: String? { balancer.version }
    var output: String? { balancer.output }

    func takeEvents() -> [HistoryEvent] {
        let words = balancer.takeWords()
        var events = words.lines.map { line in
            HistoryEvent(
                time: HistoryTime(line.time), actor: .lab, kind: .balancerOutput(BalancerOutput(line: line.text)))
        }
        if words.dropped > 0 {
            events.append(
                HistoryEvent(actor: .lab, kind: .balancerOutputDropped(BalancerOutputDropped(lines: words.dropped))))
        }
        if let ending = balancer.ending {
            events.append(
                HistoryEvent(
                    time: HistoryTime(ending.time), actor: .lab,
                    kind: .balancerEnded(BalancerEnded(exit: "\(ending.exit)"))))
        }
        return events
    }

    func stop() async {
        _ = await balancer.stop()
        // What can't be removed lies in the system's folder for temporary files.
        try? FileManager.default.removeItem(at: workDirectory)
    }
}

extension ListenAddress {
    fileprivate init(_ endpoint: Endpoint) { self.init(host: endpoint.host, port: endpoint.port) }
}
