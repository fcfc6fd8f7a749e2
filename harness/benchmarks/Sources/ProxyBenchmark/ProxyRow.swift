import ProxyLoad

/// A load that all balancers pass, and what the reference proxy may take for it.
struct ProxyRow {
    var name: String
    var title: String
    var kind: proxy_load_kind
    var connections: Int
    /// Bytes of each operation.
    var size: UInt64
    /// Operations in each slice.
    var count: UInt64
    /// Operations that a connection has on their way at once.
    var window: UInt32 = 1
    /// What one operation's CPU time is told in, and its nanoseconds times this.
    var unit = "µs each"
    var scale = 1e-3
    var countUnit = "each"
    var countScale = 1.0
    /// Of which one is enough.
    var must: [Bound]

    var plan: proxy_load_plan {
        proxy_load_plan(kind: kind, port: 0, connections: Int32(connections), size: size, window: window)
    }

    static let all = [
        ProxyRow(
            name: "messages", title: "64 B there and back in 200 tunnels, one at a time in each", kind: proxy_load_echo,
            connections: 200, size: 64, count: 10_000, must: [Bound(1.15, "haproxy"), Bound(1, "RawRelay")]),
        stream("upload", "4 GiB to the node through a tunnel, in all slices", proxy_load_upload),
        stream("download", "4 GiB from the node through a tunnel, in all slices", proxy_load_download),
        ProxyRow(
            name: "frames", title: "32 KiB there and back, 16 on their way in a tunnel, 2 GiB in all slices",
            kind: proxy_load_echo,
            connections: 1, size: 32 << 10, count: 4_096, window: 16, must: [Bound(0.4, "haproxy")]),
        ProxyRow(
            name: "requests", title: "POST of 100 B answered with 204, over 50 connections that stay",
            kind: proxy_load_post, connections: 50, size: 100, count: 6_000,
            must: [Bound(1.3, "haproxy"), Bound(1.2, "RawRelay")]),
    ]

    private static func stream(_ name: String, _ title: String, _ kind: proxy_load_kind) -> ProxyRow {
        let piece = 16 << 20
        return ProxyRow(
            name: name, title: title, kind: kind, connections: 1, size: UInt64(piece), count: 16, unit: "s/GiB",
            scale: 1e-9 * Double(1 << 30) / Double(piece), countUnit: "GiB",
            countScale: Double(piece) / Double(1 << 30), must: [Bound(0.65, "haproxy")])
    }
}

/// At most so many times what another program takes.
struct Bound {
    var most: Double
    var program: String
    /// The share of the other's that it is compared with.
    var share: Double

    init(_ most: Double, _ program: String, share: Double = 1) {
        self.most = most
        self.program = program
        self.share = share
    }

    var name: String {
        switch (program, share) {
        case ("haproxy", _): "HAProxy's"
        case (_, 1): "the relay's"
        default: "a connection of the relay's, which has two for a tunnel"
        }
    }
}

/// What one slice of the load took.
struct Slice {
    /// Nanoseconds of the balancer's CPU.
    var cpu: Double
    /// Nanoseconds.
    var wall: Double
}
