import Clocks
import Foundation
import NIOCore
import WebSocketCodec
import Wire

/// One watch on a connection of its own: JSON messages, each on a line, for as long as it lasts.
final class EtcdWatch {
    private let place: String
    private let records: EtcdRecords
    private var lines: LineSplitter
    private var tell: ((WatchNews) -> Void)?
    private var connection: ClientConnection?

    init(_ endpoint: Endpoint, _ records: EtcdRecords, _ tell: @escaping (WatchNews) -> Void) {
        place = "etcd at \(endpoint)"
        self.records = records
        self.tell = tell
        lines = LineSplitter(limit: records.answerLimit)
    }

    /// Begins on this connection.
    func start(_ request: EtcdRequest, to factory: ConnectionFactory, on loop: any EventLoop) {
        connection = .open(factory, on: loop, owner: self)
        connection?.request(request.bytes(for: factory.target))
    }

    /// Ends at once; nothing more is told.
    func cut() {
        tell = nil
        connection?.cut()
        connection = nil
    }

    private func end(_ news: WatchNews) {
        let tell = tell
        cut()
        tell?(news)
    }

    private func read(_ line: ByteBuffer) {
        let message: EtcdMessages.Watched
        do { message = try JSONDecoder().decode(EtcdMessages.Watched.self, from: Data(line.readableBytesView)) } catch {
            return end(.ended(.malformed(by: place, "a line of its watch is not the JSON expected")))
        }
        if let error = message.error { return end(.ended(.refused(by: place, status: 200, error.message))) }
        guard let result = message.result else { return }
        if result.isCancelled == true {
            guard (result.compactedTo?.value ?? 0) == 0 else { return end(.compacted) }
            return end(.ended(.refused(by: place, status: 200, result.reason ?? "the watch is cancelled")))
        }
        if result.created == true { tell?(.began(revision: result.header?.revision?.value ?? 0)) }
        if let events = result.events { tell?(.changes(records.changes(events))) }
    }
}

extension EtcdWatch: ClientConnectionOwner {
    func connectionOpened(_ connection: ClientConnection, _ channel: any Channel) {}

    func connection(_ connection: ClientConnection, responded head: ResponseHead, at now: MonotonicClock.Instant) {
        guard head.status != 200 else { return }
        end(.ended(.refused(by: place, status: head.status, "no watch")))
    }

    func connection(_ connection: ClientConnection, received body: ByteBuffer, at now: MonotonicClock.Instant) {
        lines.receive(body)
        do throws(LineTooLong) {
            while tell != nil, let line = try lines.next() {
                if line.readableBytes > 0 { read(line) }
            }
        } catch {
            end(.ended(.tooLong(by: place, limit: records.answerLimit)))
        }
    }

    func connectionCompleted(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        end(.ended(.unreachable("\(place): it ended the watch")))
    }

    func connectionEnded(_ connection: ClientConnection, _ error: WireError, at now: MonotonicClock.Instant) {
        end(.ended(.unreachable("\(place): \(error)")))
    }

    func connectionUpgraded(_ connection: ClientConnection, at now: MonotonicClock.Instant) {}

    func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: MonotonicClock.Instant
    ) {}
}
