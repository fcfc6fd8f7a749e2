/// The numeric address a balancer listens on.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// IPv4 or IPv6 address, without brackets.
    package var host: String
    /// Port, 1 to 65535: a balancer cannot tell us which free port it took.
    package var port: Int

    /// An address; checked when a balancer is started on it.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `HOST:PORT`, with brackets around IPv6.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
