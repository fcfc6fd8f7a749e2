import Balancers
import Clocks
import Cluster
import Foundation
import Logging
import Synchronization
import Wire

/// A node in a process of its own that does the work of an endpoint, and is started anew whenever it ends.
final class WorkerProcess: Sendable {
    /// What a worker says when it accepts.
    struct Announcement: Sendable, Hashable, Codable {
        var listen: String
        var control: String
        var nodeID: String
    }

    /// Where it accepts, where it is controlled and what it is called; the same after each start.
    let announcement: Announcement
    private let keeping: Task<Void, Never>

    /// Starts one and returns when it accepts.
    ///
    /// - Parameters:
    ///   - program: path of the `stickler` program.
    ///   - arguments: of `stickler node`, for these addresses.
    static func start(
        program: String, listen: String, control: String,
        arguments: @escaping @Sendable (_ listen: String, _ control: String) -> [String]
    ) async throws(VerificationError) -> WorkerProcess {
        do {
            let first = try await Companion.start(program, arguments(listen, control))
            let said = try JSONDecoder().decode(Announcement.self, from: Data(first.announcement.utf8))
            return WorkerProcess(said, program, arguments(said.listen, said.control), first)
        } catch {
            throw .usage("a worker does not start: \(error)")
        }
    }

    private init(_ announcement: Announcement, _ program: String, _ arguments: [String], _ first: Companion) {
        self.announcement = announcement
        let logger = Logger(label: "stickler.worker")
        keeping = Task {
            var (companion, pace): (Companion?, _) = (first, RestartPace())
            while true {
                if let present = companion {
                    let exit = await withTaskCancellationHandler {
                        await present.ended()
                    } onCancel: {
                        present.end()
                    }
                    if Task.isCancelled { return }
                    logger.warning("worker ended", metadata: ["worker": "\(announcement.nodeID)", "by": "\(exit)"])
                }
                // The pace of restarts is the rule itself; only its own end cuts it short.
                guard (try? await MonotonicClock().sleep(for: pace.delay(at: .now))) != nil else { return }
                do {
                    companion = try await Companion.start(program, arguments)
                } catch {
                    companion = nil
                    logger.error("worker does not start", metadata: ["why": "\(error)"])
                }
            }
        }
    }

    /// Ends it for good.
    func stop() async {
        keeping.cancel()
        await keeping.value
    }
}
