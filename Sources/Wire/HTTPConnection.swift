package import NIOCore
package import WebSocketCodec

/// One HTTP/1.1 client connection for tasks: a request at a time, until an upgrade turns it into a WebSocket. What
/// happens on the wire is ``ClientConnection``'s.
package final class HTTPConnection: Sendable {
    /// Most bytes one answer may have, however it is framed; what is inflated counts as it comes out.
    package static let bodyLimit = 32 << 20
    /// What an answer costs beside its body; the parser takes heads of at most 64 KiB.
    static let answerCost = 80 << 10

    private let channel: any Channel
    private let inbox: NIOLoopBound<ResponseInbox>
    private let responses: Mailbox<ClientResponse>

    private init(channel: any Channel, inbox: NIOLoopBound<ResponseInbox>, responses: Mailbox<ClientResponse>) {
        self.channel = channel
        self.inbox = inbox
        self.responses = responses
    }

    /// Connects.
    package static func open(
        _ factory: ConnectionFactory, on loop: any EventLoop
    ) async throws(WireError) -> HTTPConnection {
        // In bytes: a peer may send answers that nobody asked for.
        let responses = Mailbox<ClientResponse>(limit: bodyLimit + answerCost)
        let opened = loop.makePromise(of: (any Channel).self)
        let inbox: NIOLoopBound<ResponseInbox>
        let channel: any Channel
        do {
            inbox = try await loop.submit {
                let inbox = ResponseInbox(responses, opened: opened)
                inbox.connection = ClientConnection.open(factory, on: loop, owner: inbox)
                return NIOLoopBound(inbox, eventLoop: loop)
            }.get()
            channel = try await opened.futureResult.get()
        } catch let error as WireError {
            throw error
        } catch {
            throw .closed(systemWords(error))
        }
        return HTTPConnection(channel: channel, inbox: inbox, responses: responses)
    }

    /// Whether the peer has not closed it.
    package var isOpen: Bool { channel.isActive }

    /// Sends a request and waits for its whole answer.
    package func send(_ request: ClientRequest, within limit: Duration) async throws(WireError) -> ClientResponse {
        onLoop { $0.connection?.request(request.bytes, encoding: request.encoding) }
        return try await answer(to: request, within: limit)
    }

    private func answer(
        to request: ClientRequest, within limit: Duration
    ) async throws(WireError) -> ClientResponse {
        let response = try await responses.next(
            within: limit, on: channel.eventLoop, awaiting: "an answer to \(request.method) \(request.target)")
        if !response.keepsAlive { await close() }
        return response
    }

    /// Sends an upgrade request. A 101 that satisfies `handshake` makes the connection a WebSocket; any other answer
    /// leaves it HTTP, and with none it is closed.
    package func upgrade(
        _ request: ClientRequest, handshake: ClientHandshake, within limit: Duration
    ) async throws(WireError) -> (response: ClientResponse, webSocket: WebSocketChannel?) {
        let webSocket = WebSocketChannel(channel: channel, inbox: inbox)
        onLoop {
            $0.webSocket = webSocket.events
            $0.connection?.upgrade(request.bytes, handshake, encoding: request.encoding)
        }
        do throws(WireError) {
            let response = try await answer(to: request, within: limit)
            return (response, response.status == 101 ? webSocket : nil)
        } catch {
            await close()
            throw error
        }
    }

    /// Closes at once.
    package func close() async {
        // A channel that is closed already fails this, which is what we want of it.
        try? await channel.close().get()
    }

    private func onLoop(_ act: @escaping @Sendable (ResponseInbox) -> Void) {
        channel.eventLoop.execute { [inbox] in act(inbox.value) }
    }
}
