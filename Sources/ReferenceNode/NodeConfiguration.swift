import SockJS
import Wire

/// What a node is called and where it listens.
public struct NodeConfiguration: Sendable, Hashable {
    /// Its name in headers, answers and events.
    public var nodeID: String
    /// Where clients or a balancer reach it; port 0 takes a free one.
    public var listen: Endpoint
    /// Where faults and the log are to be had; port 0 takes a free one. Anybody who reaches it can kill the node, so that
    /// elsewhere than on loopback it needs a token.
    public var control: Endpoint
    /// What requests to the control plane must bear; nil for nothing.
    public var controlToken: ControlToken?
    /// Factor on how often the services `/idle` and `/quiet` send heartbeats; SockJS's 25 s and Meteor's 15 s at 1.
    public var timeScale: Double

    /// Where the iframe pages of SockJS load sockjs-client from; nil for the usual place on the internet.
    public var sockJSClientURL: String?
    /// Heartbeats and disconnect delay of every SockJS service; nil for SockJS's own and, under `/sockjs`, Meteor's.
    public var sockJSTiming: ServerTiming?
    /// Whether WebSockets may be compressed (RFC 7692), as Meteor's are and as every browser offers it.
    public var negotiatesDeflate = true
    /// Where the app is that gets what no service of the node is for: requests for the page at `/` and for unknown paths,
    /// and the connections they upgrade. Nil answers them with a page and with 404.
    public var app: Endpoint?
    /// How long peers are waited for.
    public var connectionTimes = ConnectionTimes()

    /// A node of this name.
    public init(
        nodeID: String, listen: Endpoint = Endpoint(host: "127.0.0.1", port: 0),
        control: Endpoint = Endpoint(host: "127.0.0.1", port: 0), timeScale: Double = 1
    ) {
        self.nodeID = nodeID
        self.listen = listen
        self.control = control
        self.timeScale = timeScale
    }
}
