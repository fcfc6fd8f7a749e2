package import SockJS
package import Wire

/// What a node is called and where it listens.
package struct NodeConfiguration: Sendable, Hashable {
    /// Its name in headers, answers and events.
    package var nodeID: String
    /// Where clients or a balancer reach it; port 0 takes a free one.
    package var listen: Endpoint
    /// Where faults and the log are to be had; port 0 takes a free one. Anybody who reaches it can kill the node, so that
    /// elsewhere than on loopback it needs a token.
    package var control: Endpoint
    /// What requests to the control plane must bear; nil for nothing.
    package var controlToken: ControlToken?
    /// Factor on how often the services `/idle` and `/quiet` send heartbeats; SockJS's 25 s and Meteor's 15 s at 1.
    package var timeScale: Double

    /// Where the iframe pages of SockJS load sockjs-client from; nil for the usual place on the internet.
    package var sockJSClientURL: String?
    /// Heartbeats and disconnect delay of every SockJS service; nil for SockJS's own and, under `/sockjs`, Meteor's.
    package var sockJSTiming: ServerTiming?
    /// Whether WebSockets may be compressed (RFC 7692), as Meteor's are and as every browser offers it.
    package var negotiatesDeflate = true
    /// Where the app is that gets what no service of the node is for: requests for the page at `/` and for unknown paths,
    /// and the connections they upgrade. Nil answers them with a page and with 404.
    package var app: Endpoint?
    /// How long peers are waited for.
    package var connectionTimes = ConnectionTimes()

    /// A node of this name.
    package init(
        nodeID: String, listen: Endpoint = Endpoint(host: "127.0.0.1", port: 0),
        control: Endpoint = Endpoint(host: "127.0.0.1", port: 0), timeScale: Double = 1
    ) {
        self.nodeID = nodeID
        self.listen = listen
        self.control = control
        self.timeScale = timeScale
    }
}
