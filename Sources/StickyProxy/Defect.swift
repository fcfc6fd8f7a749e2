package import NIOCore
package import NIOHTTP1

/// Damage that no knob of a real balancer does, inserted from outside.
///
/// The hooks are asked once per tunnel, request or answer, never per read, so that a proxy without defects pays nothing.
package protocol Defect: Sendable {
    /// The damage done to one direction of a new tunnel; nil for none.
    func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)?
    /// The damage done to the body of an answer with this head to this request; nil for none.
    func bodyTransform(_ head: HTTPResponseHead, to request: HTTPRequestHead) -> (any StreamTransform)?
    /// The request as it goes to the node.
    func request(_ head: HTTPRequestHead) -> HTTPRequestHead
    /// What this request meets in place of the proxy's behavior, with its answer; nil for no exception.
    func exception(for request: HTTPRequestHead) -> RequestRules?
    /// Whether this request goes to another node than the one it belongs to, where one is up.
    func leadsAstray(_ request: HTTPRequestHead) -> Bool
}

extension Defect {
    /// No damage.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? { nil }
    /// No damage.
    package func bodyTransform(_ head: HTTPResponseHead, to request: HTTPRequestHead) -> (any StreamTransform)? { nil }
    /// No damage.
    package func request(_ head: HTTPRequestHead) -> HTTPRequestHead { head }
    /// No exception.
    package func exception(for request: HTTPRequestHead) -> RequestRules? { nil }
    /// The right node.
    package func leadsAstray(_ request: HTTPRequestHead) -> Bool { false }
}

/// A direction of a tunnel.
package enum TunnelDirection: Sendable, Hashable {
    /// What the client sends.
    case clientToNode
    /// What the node sends.
    case nodeToClient
}

/// A change to a stream of bytes that comes in pieces of any size.
package protocol StreamTransform {
    /// What takes the place of these bytes. The body of an answer with a
    /// `Content-Length` must keep its length.
    mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes
}

/// What a ``StreamTransform`` makes of some bytes.
package struct TransformedBytes: Sendable, Hashable {
    /// The bytes to deliver; may be empty.
    package var bytes: ByteBuffer
    /// Whether both connections end after them; honoured in tunnels only.
    package var closes: Bool

    /// Bytes to deliver.
    package init(_ bytes: ByteBuffer, closes: Bool = false) {
        self.bytes = bytes
        self.closes = closes
    }
}
