import NIOCore
import NIOHTTP1

extension ExchangeMachine {
    /// What to do about an event, in this order; no array, since one comes of every piece of a body.
    struct Actions: Sendable, Equatable {
        /// What the balancer learns.
        var report: Report?
        /// The node that the exchange leaves.
        var leave: Leaving?
        /// What is done then.
        var step: Step

        static var none: Actions { Actions(.none) }

        init(_ step: Step, report: Report? = nil, leave: Leaving? = nil) {
            self.report = report
            self.leave = leave
            self.step = step
        }
    }

    /// What the balancer learns of a node from an exchange.
    enum Report: Sendable, Equatable {
        /// It answered, if only with an interim answer.
        case answered(node: NodeID)
        /// It answered an upgrade with 101.
        case acceptedUpgrade(node: NodeID)
        /// It answered an upgrade with another final status.
        case refusedUpgrade(node: NodeID, status: Int)
        /// The client gave up an upgrade that it had not answered.
        case abortedUpgrade(node: NodeID)
    }

    /// A node that an exchange leaves, with its connection if there is one.
    struct Leaving: Sendable, Equatable {
        var node: NodeID
        /// Whether another request may follow on the connection.
        var reusable: Bool
    }

    /// What is done about an event.
    enum Step: Sendable, Equatable {
        case none
        /// Wait to be woken.
        case wait
        /// Choose a node, other than these, and call ``ExchangeMachine/routed(_:at:)``.
        case route(excluding: Set<NodeID>)
        /// Wait for a place at the node, and call ``ExchangeMachine/gotPlace(at:)`` or ``ExchangeMachine/queueIsFull()``.
        case queue(node: NodeID)
        /// Connect to the node, and call ``ExchangeMachine/connected(_:)`` or ``ExchangeMachine/connectFailed(_:at:)``.
        /// A connection that may just be dying is no use after a repeat, and for what can't be repeated.
        case connect(Target, mayReuse: Bool)
        /// Keep the new connection for others.
        case giveBack
        /// Send the head, the parts of the body that were taken already, and the end if that is all.
        case send(node: NodeID, body: [ByteBuffer], isComplete: Bool)
        /// Send a piece of the request's body.
        case forward(ByteBuffer)
        /// Send the request's end.
        case forwardEnd(HTTPHeaders?)
        /// Deliver an interim answer.
        case inform(ForwardedHead)
        /// Deliver the answer's head.
        case deliverHead(ForwardedHead)
        /// Deliver a piece of the answer's body.
        case deliver(ByteBuffer)
        /// Deliver the rest of the body and the answer's end, and keep the answer.
        case finish(rest: ByteBuffer?, trailers: HTTPHeaders?, keepsAlive: Bool, entry: AnswerCache.Entry?)
        /// Deliver an answer from the cache.
        case deliverKept(ForwardedHead, body: ByteBuffer?, keepsAlive: Bool)
        /// Answer without a node.
        case answer(LocalAnswer, keepsAlive: Bool)
        /// Deliver these bytes, and end the client's connection so that it sees that more is missing.
        case truncate(after: ByteBuffer?)
        /// End the client's connection without an answer.
        case abort
        /// Deliver the 101, and join the two connections.
        case openTunnel(ForwardedHead, node: NodeID)
        /// Read the node's answer for nobody.
        case drain
    }
}
