package import NIOHTTP1
package import StickyProxy

/// A defect that looks into the frames of tunnels. It takes the client's offer of compression away, as proxies do that
/// know frames and no extensions, so that what it looks into is plain.
package protocol FrameDefect: Defect {}

extension FrameDefect {
    /// The request without the offer of extensions.
    package func request(_ head: HTTPRequestHead) -> HTTPRequestHead {
        guard head.headers.contains(name: "Sec-WebSocket-Extensions") else { return head }
        var forwarded = head
        forwarded.headers.remove(name: "Sec-WebSocket-Extensions")
        return forwarded
    }
}
