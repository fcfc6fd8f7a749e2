import Clocks
import Foundation
import NIOCore
import WebSocketCodec
import Wire

/// A connection to etcd that bears one request at a time. Where a member does not answer, the next one is asked, each
/// once; the one that answered last is asked first.
final class EtcdLane {
    typealias Done = (Result<EtcdAnswer, RegistryFailure>) -> Void

    private struct Call {
        var request: EtcdRequest
        var done: Done
        /// Members that may still be asked.
        var tries: Int
        /// Whether the connection has borne other requests, so that its end says nothing of the member.
        var isRepeatable = false
        var status = 0
        var body = ByteBuffer()
        var deadline: Scheduled<Void>?
    }

    private let endpoints: [Endpoint]
    private let limit: Duration
    private let bodyLimit: Int
    private let loop: any EventLoop
    private var place = 0
    private var connection: ClientConnection?
    private var call: Call?

    /// A lane to these members, each of which has `limit` to answer, with at most so many bytes.
    init(_ endpoints: [Endpoint], within limit: Duration, bodyLimit: Int, on loop: any EventLoop) {
        self.endpoints = endpoints
        self.limit = limit
        self.bodyLimit = bodyLimit
        self.loop = loop
    }

    /// Asks; one request at a time.
    func ask(_ request: EtcdRequest, _ done: @escaping Done) {
        call = Call(request: request, done: done, tries: endpoints.count)
        send()
    }

    /// Ends at once; what was asked is not answered.
    func shut() {
        call?.deadline?.cancel()
        call = nil
        connection?.cut()
        connection = nil
    }

    private var endpoint: Endpoint { endpoints[place] }
    private var placeInWords: String { "etcd at \(endpoint)" }

    private func send() {
        guard let request = call?.request else { return }
        call?.status = 0
        call?.body = ByteBuffer()
        call?.deadline = loop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [self] in
            next("no answer within the \(limit.inSeconds) s that it has")
        }
        let kept = connection.flatMap { $0.isReusable ? $0 : nil }
        call?.isRepeatable = kept != nil
        if kept == nil {
            connection?.cut()
            connection = .open(ConnectionFactory(target: endpoint, limit: limit), on: loop, owner: self)
        }
        connection?.request(request.bytes(for: endpoint))
    }

    /// The member did not answer: asks the next.
    private func next(_ reason: String) {
        connection?.cut()
        connection = nil
        call?.deadline?.cancel()
        guard var call else { return }
        let failure = RegistryFailure.unreachable("\(placeInWords): \(reason)")
        place = (place + 1) % endpoints.count
        call.tries -= 1
        self.call = call
        if call.tries > 0 { send() } else { finish(.failure(failure)) }
    }

    private func finish(_ result: Result<EtcdAnswer, RegistryFailure>) {
        call?.deadline?.cancel()
        let done = call?.done
        call = nil
        done?(result)
    }
}

extension EtcdLane: ClientConnectionOwner {
    func connectionOpened(_ connection: ClientConnection, _ channel: any Channel) {}

    func connection(_ connection: ClientConnection, responded head: ResponseHead, at now: MonotonicClock.Instant) {
        call?.status = head.status
    }

    func connection(_ connection: ClientConnection, received body: ByteBuffer, at now: MonotonicClock.Instant) {
        call?.body.writeImmutableBuffer(body)
        guard let call, call.body.readableBytes > bodyLimit else { return }
        connection.cut()
        self.connection = nil
        finish(.failure(.tooLong(by: placeInWords, limit: bodyLimit)))
    }

    func connectionCompleted(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        guard let call else { return }
        let answer = EtcdAnswer(
            place: placeInWords, status: call.status, body: Data(call.body.readableBytesView))
        // It can't at present, for example without a leader; another may.
        if call.status >= 500 { next("status \(call.status)") } else { finish(.success(answer)) }
    }

    func connectionEnded(_ connection: ClientConnection, _ error: WireError, at now: MonotonicClock.Instant) {
        self.connection = nil
        guard let call else { return }
        guard call.isRepeatable, !connection.hasHeard else { return next("\(error)") }
        // It was closed while it was idle.
        call.deadline?.cancel()
        send()
    }

    func connectionUpgraded(_ connection: ClientConnection, at now: MonotonicClock.Instant) {}

    func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: MonotonicClock.Instant
    ) {}
}
